/** Which folder of src/ may import what: the house of docs/architecture.md as a table. Read by the lint rule in floors-plugin.mjs. */

/** From the ground up. A folder imports from the floors below its own and from itself, never from a neighbour. */
const FLOORS = [
  ['base'],
  ['onnx', 'runtime', 'storage'],
  ['autodiff', 'sources'],
  ['model'],
  ['pruning'],
  ['search', 'training', 'evaluation', 'export'],
  ['run', 'golden', 'bench'],
  ['worker', 'cli'],
  ['store'],
  ['ui'],
];

/** Packages that belong to some folders only. `tests` adds packages that their tests may use besides. */
const PACKAGES = [
  { name: /^onnxruntime-web(\/|$)/, folders: ['runtime'], tests: ['onnx'], why: 'onnxruntime-web is used through src/runtime; only tests of src/onnx may open a graph with it' },
  { name: /^onnxruntime-node(\/|$)/, folders: [], files: ['cli/native-runtime.ts'], tests: ['export'], why: 'onnxruntime-node is for studies (cli/native-runtime.ts) and for checking exported files in tests of src/export' },
  { name: /^(react|react-dom)(\/|$)/, folders: ['ui', 'store'], why: 'React lives on the top two floors' },
  { name: /^(@base-ui\/react|lucide-react)(\/|$)/, folders: ['ui'], why: 'this is a part of the interface' },
  { name: /^recharts(\/|$)/, folders: [], files: ['ui/charts/plot.tsx', 'ui/charts/layers.tsx'], why: 'charts are drawn through src/ui/charts, so that they look alike and the library, as large as the first view, stays in a chunk that is loaded later' },
  { name: /^zustand(\/|$)/, folders: ['store', 'ui'], why: 'state is kept in src/store' },
  { name: /^node:/, folders: ['cli'], files: ['runtime/testing.ts'], anyTest: true, why: 'src/ runs in browsers; node: is for src/cli and tests' },
];

/** Neighbours that meet in tests, and only there: a program needs a graph, and a graph is right when it runs. */
const MET_IN_TESTS = { runtime: ['onnx'], onnx: ['runtime'] };

/** Benchmarks time what runs do; no run knows of them. */
const KNOWS_NEIGHBOUR = { bench: ['run'] };

const TEST = /\.(test|fixture)\.tsx?$/;

function floorOf(folder) {
  return FLOORS.findIndex((floor) => floor.includes(folder));
}

/** Path below src/ with forward slashes, or undefined for a file elsewhere. */
function belowSource(file) {
  return /(?:^|\/)src\/(.+)$/.exec(file.replaceAll('\\', '/'))?.[1];
}

/** The folder a file belongs to; files directly in src/ (the entry) count as `ui`. */
function folderOf(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : 'ui';
}

function resolveRelative(from, specifier) {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function packageComplaint(path, specifier) {
  const folder = folderOf(path);
  const rule = PACKAGES.find(({ name }) => name.test(specifier));
  if (rule === undefined || rule.folders.includes(folder) || rule.files?.includes(path)) return undefined;
  if (TEST.test(path) && (rule.anyTest || rule.tests?.includes(folder))) return undefined;
  return `'${specifier}' may not be imported here: ${rule.why}.`;
}

/**
 * What is wrong with an import, or undefined where nothing is.
 * @param {string} file path of the importing file, containing `src/`
 * @param {string} specifier what it imports
 */
export function importComplaint(file, specifier) {
  const path = belowSource(file);
  if (path === undefined) return undefined;
  if (!specifier.startsWith('.')) return packageComplaint(path, specifier);
  const target = resolveRelative(`src/${path}`, specifier);
  if (!target.startsWith('src/')) return TEST.test(path) ? undefined : `'${specifier}' lies outside src/.`;
  const [own, other] = [folderOf(path), folderOf(target.slice('src/'.length))];
  if (own === other) return undefined;
  if (floorOf(own) === -1) return `src/${own} has no floor; give it one in scripts/lint/floors.mjs.`;
  if (floorOf(other) === -1) return `src/${other} has no floor; give it one in scripts/lint/floors.mjs.`;
  if (floorOf(other) < floorOf(own) || KNOWS_NEIGHBOUR[own]?.includes(other)) return undefined;
  if (TEST.test(path) && MET_IN_TESTS[own]?.includes(other)) return undefined;
  return `src/${own} (floor ${floorOf(own)}) may not import src/${other} (floor ${floorOf(other)}): imports go to lower floors only.`;
}
