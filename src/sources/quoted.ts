/** A name from a hostile file as it stands in messages: quoted, and short. */
export const quoted = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
