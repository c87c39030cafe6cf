// Builds the package into dist/, or into the given folder. The entry points are built file by file, so that bundlers take only
// what an application uses; again as CommonJS; and for Node bundled into a few files, like the programs, because loading hundreds
// takes longer than most commands.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { ts } from 'ts-morph'
import { loadedTogether } from './loaded-together.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = resolve(process.argv[2] ?? join(root, 'dist'))
const require = createRequire(import.meta.url)

/** The files that are started as processes or loaded by their paths. */
const PROGRAMS = [
  'src/cli/main',
  'src/cli/run-command-line',
  'src/cli/worker/worker',
  'codegen/replay/process/worker',
  'codegen/wall/raised',
]

/** 9 MB of CommonJS: to learn the names of its exports, Node parses all of it when an ES module imports it. */
const HUGE = 'ts-morph'

const fileOf = (stem) => join(dist, `${stem}.js`)

const COMMON_JS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }

rmSync(dist, { recursive: true, force: true })
const compiled = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(root, 'tsconfig.build.json'),
    '--outDir',
    dist,
  ],
  { stdio: 'inherit' },
)
if (!existsSync(join(dist, `${PROGRAMS[0]}.js`))) throw new Error('The compiler wrote no program.')

const { noteImports, groupOf } = loadedTogether(fileOf, PROGRAMS)
const bundle = await rolldown({
  input: Object.fromEntries(PROGRAMS.map((program) => [program, fileOf(program)])),
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  external: (name) => !/^[.\0]/.test(name) && !isAbsolute(name) && name !== HUGE,
  transform: { target: 'node20' },
  plugins: [requiredLater(HUGE), noteImports],
})
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  comments: false,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: {
    groups: [{ name: groupOf, debugName: 'loaded together' }],
    includeDependenciesRecursively: false,
  },
})
const behindDoors = filesBehindDoors()
removeUnreached(new Set([...behindDoors, ...output.map(({ fileName }) => join(dist, fileName))]))
for (const file of behindDoors) writeCommonJs(file)
await bundleDoors()
// Everything in this folder is CommonJS, types included, whatever the package itself says.
writeFileSync(join(dist, 'cjs', 'package.json'), '{ "type": "commonjs" }\n')
process.exitCode = compiled.status ?? 1

/**
 * A plugin that makes a package be required instead of imported, and only when something of it is used: until then each export
 * stands in for itself. Values of a module must not be made from it while that module loads.
 */
function requiredLater(name) {
  const names = Object.keys(require(name))
  const id = `\0${name}`
  return {
    name: 'required-later',
    resolveId: (wanted) => (wanted === name ? id : null),
    load: (wanted) =>
      wanted === id
        ? `import { createRequire } from 'node:module'
          const load = () => {
            const all = createRequire(import.meta.url)('${name}');
            ({ ${names.join(', ')} } = all)
            return all
          }
          const later = (name) => new Proxy(class {}, {
            get: (_, key) => load()[name][key],
            construct: (_, given) => new (load()[name])(...given),
          })
          ${names.map((one) => `export let ${one} = later('${one}')`).join('\n')}`
        : null,
  }
}

/** The entry points of the exports map. */
function doorsOf() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.values(exports).filter((door) => typeof door !== 'string')
}

function inDist(path) {
  return join(dist, relative('dist', path))
}

/** The ES modules and types behind the entry points. */
function filesBehindDoors() {
  const reached = new Set()
  for (const { types, module } of doorsOf())
    for (const file of [types, module]) reach(inDist(file), reached)
  return reached
}

/** Bundles the entry points into a few files that they share, so that there is one copy of the code behind them. */
async function bundleDoors() {
  const doors = await rolldown({
    input: Object.fromEntries(
      doorsOf().map((door) => [basename(door.default, '.js'), inDist(door.module)]),
    ),
    platform: 'node',
    external: (name) => !/^[.\0]/.test(name) && !isAbsolute(name),
    transform: { target: 'node20' },
  })
  await doors.write({
    dir: join(dist, 'doors'),
    format: 'esm',
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  })
}

/** Writes a file as CommonJS: each one separately, so that all entry points share one copy of the code behind them. */
function writeCommonJs(file) {
  const text = readFileSync(file, 'utf8')
  const written = join(dist, 'cjs', relative(dist, file))
  mkdirSync(dirname(written), { recursive: true })
  writeFileSync(written, file.endsWith('.d.ts') ? text : ts.transpile(text, COMMON_JS))
}

/** Removes the files that are in no entry point and no program any more, because they were bundled. */
function removeUnreached(kept) {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile() && !kept.has(file)) rmSync(file)
  }
}

/** Adds a file and all that it imports, directly or through others, types included. */
function reach(file, reached) {
  if (reached.has(file)) return
  reached.add(file)
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (!fileName.startsWith('.')) continue
    const target = join(dirname(file), fileName)
    reach(file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target, reached)
  }
}
