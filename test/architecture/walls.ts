// The walls between the layers, as functions from sources to findings, so that planted violations can be judged too.
import { ts } from 'ts-morph'
import { type Import, importsOf } from './imports.js'
import { type Sources, nodesOf, placeOf, syntaxOf } from './source-files.js'

/**
 * The layers from the top to the bottom: a file is in one of these folders, or is one of these files. `codegen/*` are the
 * files of that folder alone. Imports lead to the same or a lower layer.
 */
export const layers: readonly (readonly [name: string, ...prefixes: readonly string[]])[] = [
  ['command line', 'src/cli/'],
  ['pipeline', 'codegen/*'],
  ['records', 'codegen/records/'],
  ['renumber', 'codegen/renumber/'],
  ['base branch', 'codegen/base-branch/'],
  ['write', 'codegen/write/'],
  ['render', 'codegen/render/*'],
  ['render the schema', 'codegen/render/schema/'],
  ['replay', 'codegen/replay/'],
  ['client', 'codegen/client/'],
  ['bundle', 'codegen/bundle/'],
  ['render the registry', 'codegen/render/registry/'],
  ['check', 'codegen/check/'],
  ['parse', 'codegen/parse/'],
  ['checksum', 'codegen/checksum/'],
  ['loading', 'codegen/loading/'],
  ['discover', 'codegen/discover/'],
  ['wall', 'codegen/wall/'],
  ['declared changes', 'codegen/alter/'],
  ['diagnostics', 'codegen/diagnostics/'],
  ['git', 'codegen/git/'],
  ['project', 'codegen/project/'],
  ['sql of the build', 'codegen/sql/'],
  ['model of the build', 'codegen/model/'],
  ['doors', 'src/index.ts', 'src/drivers/', 'src/testing/'],
  ['manager', 'src/manager.ts'],
  ['run', 'src/run/'],
  ['plan', 'src/plan/'],
  ['schema', 'src/schema/'],
  ['database', 'src/database/'],
  ['model and errors', 'src/model/', 'src/errors/'],
  ['sql', 'src/sql/'],
]

const layerOf = (file: string): number =>
  layers.findIndex(([, ...places]) => places.some((place) => isIn(file, place)))

const isIn = (file: string, place: string): boolean =>
  place.endsWith('*') ? `${folderOf(file)}/*` === place : file.startsWith(place)

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'))

const isRuntime = (file: string): boolean => file.startsWith('src/') && !file.startsWith('src/cli/')

const allImports = (sources: Sources): Import[] =>
  [...sources].flatMap(([file, text]) => importsOf(file, text))

/** Files that stand in no layer. */
export const outsideTheLayers = (sources: Sources): string[] =>
  [...sources.keys()].filter((file) => layerOf(file) < 0)

/** Imports that lead upwards, out of the layers, or to a file that does not exist. */
export function upwardImports(sources: Sources): string[] {
  return allImports(sources).flatMap(({ place, file, specifier, target }) => {
    if (target === null) return []
    if (!sources.has(target)) return [`${place} imports ${specifier}, which is not there`]
    const [from, to] = [layerOf(file), layerOf(target)]
    return to < from
      ? [
          `${place} (${layers[from]?.[0]}) imports ${target} (${layers[to]?.[0]}), which lies above it`,
        ]
      : []
  })
}

/** Imports of packages and of Node's own modules in the runtime, types included. */
export const packagesInTheRuntime = (sources: Sources): string[] =>
  allImports(sources)
    .filter(({ file, target }) => isRuntime(file) && target === null)
    .map(({ place, specifier }) => `${place} imports ${specifier}; the runtime imports no package`)

/** Imports of packages that the package.json of the published package does not name; computed ones are not judged. */
export function undeclaredPackages(sources: Sources, declared: readonly string[]): string[] {
  return allImports(sources)
    .filter(({ target, computed }) => target === null && !computed)
    .filter(({ specifier }) => !specifier.startsWith('node:'))
    .filter(({ specifier }) => !declared.includes(packageOf(specifier)))
    .map(
      ({ place, specifier }) => `${place} imports ${specifier}, which package.json does not name`,
    )
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/**
 * Packages that loading `entry` loads with it, each with the files on the way to it. What is imported for its types only,
 * or by import() inside a function, is not loaded.
 */
export function loadedPackages(sources: Sources, entry: string): Map<string, string> {
  const found = new Map<string, string>()
  const seen = new Set<string>()
  const walk = (file: string, path: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { kind, target, specifier } of importsOf(file, sources.get(file) ?? '')) {
      if (kind !== 'static') continue
      if (target !== null) walk(target, `${path} → ${target}`)
      else if (!specifier.startsWith('node:')) found.set(packageOf(specifier), path)
    }
  }
  walk(entry, entry)
  return found
}

const air: ReadonlySet<string> = new Set(
  `Buffer Date clearInterval clearTimeout console fetch globalThis navigator performance process queueMicrotask
  setImmediate setInterval setTimeout`.split(/\s+/),
)

/** Uses of clocks, timers, the console and the like in the runtime. A driver is where the clock comes from. */
export function globalsInTheRuntime(sources: Sources): string[] {
  const found: string[] = []
  for (const [file, text] of sources) {
    if (!isRuntime(file)) continue
    for (const node of nodesOf(syntaxOf(file, text))) {
      if (isUseOf(node, air) && !isClockOfDriver(file, node))
        found.push(`${placeOf(node)} takes ${node.getText()} from the air`)
    }
  }
  return found
}

const isClockOfDriver = (file: string, { parent }: ts.Node): boolean =>
  /^src\/database\/[^/]+\/driver\.ts$/.test(file) && parent.getText() === 'Date.now'

function isUseOf(node: ts.Node, names: ReadonlySet<string>): boolean {
  if (!ts.isIdentifier(node) || !names.has(node.text)) return false
  const { parent } = node
  const isMemberName = ts.isPropertyAccessExpression(parent) && parent.name === node
  const isDeclaredName =
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node
  return !isMemberName && !isDeclaredName && !isConversion(parent)
}

/** `new Date(milliseconds)` and `Date.parse(text)` convert a time that is known; without one, the clock is asked. */
function isConversion(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return (node.arguments?.length ?? 0) > 0
  return ts.isPropertyAccessExpression(node) && ['parse', 'UTC'].includes(node.name.text)
}

/** Circles of imports, types included: one finding for each, naming its files in order. */
export const circles = (sources: Sources): string[] =>
  circlesOf(allImports(sources).map(({ file, target }) => [file, target]))

/** Circles of folders, each folder for itself: one finding for each, naming them in order. */
export const folderCircles = (sources: Sources): string[] =>
  circlesOf(
    allImports(sources)
      .map(({ file, target }) => [folderOf(file), target && folderOf(target)] as const)
      .filter(([from, to]) => from !== to),
  )

function circlesOf(arrows: readonly (readonly [from: string, to: string | null])[]): string[] {
  const next = new Map<string, Set<string>>()
  for (const [from, to] of arrows) {
    if (to !== null) next.set(from, (next.get(from) ?? new Set()).add(to))
  }
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (one: string, path: readonly string[]): void => {
    const start = path.indexOf(one)
    if (start >= 0) found.add([...path.slice(start), one].join(' → '))
    if (start >= 0 || done.has(one)) return
    for (const target of next.get(one) ?? []) walk(target, [...path, one])
    done.add(one)
  }
  for (const one of next.keys()) walk(one, [])
  return [...found]
}

/** The longest way along imports, those of types included; dynamic ones begin anew. */
export function longestChain(sources: Sources): string[] {
  const known = new Map<string, string[]>()
  const from = (file: string): string[] => {
    const chain = known.get(file)
    if (chain) return chain
    known.set(file, [file]) // A circle is another wall's business.
    const targets = importsOf(file, sources.get(file) ?? '').flatMap(({ kind, target }) =>
      kind !== 'lazy' && target !== null && sources.has(target) ? [target] : [],
    )
    const longest = [file, ...longestOf(targets.map(from))]
    known.set(file, longest)
    return longest
  }
  return longestOf([...sources.keys()].map(from))
}

const longestOf = (chains: readonly string[][]): string[] =>
  chains.reduce<string[]>((best, chain) => (chain.length > best.length ? chain : best), [])
