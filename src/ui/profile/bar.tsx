const percent = (share: number): string => `${100 * share}%`;

/** A share of the whole width from 0 to 1, from a place on it. Of a table that tells the number beside it. */
export function Bar({ from = 0, length }: { readonly from?: number; readonly length: number }) {
  return (
    <span className="profile-bar">
      <span style={{ marginLeft: percent(from), width: percent(length) }} />
    </span>
  );
}
