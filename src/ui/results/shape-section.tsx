import { useMemo } from 'react';
import { useRun } from '../../store/use-run.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { prunedSpec, shapeGroups, shapeText, type ShapeGroup } from './shape-table.ts';

/** Every tensor of the pruned model and its shape, as a viewer of model files would list them. */
export function ShapeSection() {
  const spec = useRun((run) => run.model?.spec);
  const modules = useRun((run) => run.result?.modules);
  const groups = useMemo(() => (spec && modules ? shapeGroups(prunedSpec(spec, modules)) : null), [spec, modules]);
  if (!groups) return null;
  return (
    <Disclosure summary="Shapes, tensor by tensor">
      <div className="code-head">
        <span className="note tertiary">Layers counted from 0, as in the files.</span>
        <CopyButton text={shapeText(groups)} label="Copy the table of shapes" />
      </div>
      {/* A region that scrolls has to be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="shape-scroll" role="region" aria-label="Shapes" tabIndex={0}>
        <table className="shape-table figures">
          <thead>
            <tr>
              <th scope="col">Tensor</th>
              <th scope="col">Shape</th>
            </tr>
          </thead>
          {groups.map((group) => (
            <Group key={group.title} group={group} />
          ))}
        </table>
      </div>
    </Disclosure>
  );
}

/** Inside its layer a tensor needs no prefix; the copy has the full names. */
const short = (name: string): string => name.replace(/^model\.layers\.\d+\./, '').replace(/^model\./, '');

function Group({ group: { title, tensors } }: { readonly group: ShapeGroup }) {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={2}>
          {title}
        </th>
      </tr>
      {tensors.map(({ name, shape }) => (
        <tr key={name}>
          <td title={name}>{short(name)}</td>
          <td>{shape.join(' × ')}</td>
        </tr>
      ))}
    </tbody>
  );
}
