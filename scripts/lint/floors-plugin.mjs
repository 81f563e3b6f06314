/** oxlint plugin with one rule, `floors/imports`: holds the direction of imports between the folders of src/. */
import { importComplaint } from './floors.mjs';

const imports = {
  create(context) {
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const message = importComplaint(context.filename, source.value);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument),
    };
  },
};

export default { meta: { name: 'floors' }, rules: { imports } };
