/** Two strands of modules, some pruned, one gone. */
const cells = ['--level-1', '--level-4', '--level-6', '--level-6', '--level-2', '--level-5'] as const;

export function BrandMark() {
  return (
    <svg width="18" height="14" viewBox="0 0 18 14" aria-hidden>
      {cells.map((level, index) => (
        <rect key={level + String(index)} x={(index % 3) * 6} y={index < 3 ? 0 : 7} width="5" height="6" fill={`var(${level})`} />
      ))}
    </svg>
  );
}
