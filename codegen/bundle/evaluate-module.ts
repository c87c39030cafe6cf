// Runs the text of a CommonJS bundle as if it were next to the file it was built from.
import { createRequire, Module } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

/** The exports of a loaded file, by name, including `default`. */
export type Exports = Readonly<Record<string, unknown>>

/** Modules that a bundle requires, by their names. */
export type Given = Readonly<Record<string, Exports>>

/** The part of `Module` that its types lack; loaders use it, so it is stable. */
interface LoadableModule {
  filename: string
  paths: string[]
  exports: Exports
  require(name: string): unknown
  _compile(code: string, filename: string): void
}
interface ModuleClass {
  new (id: string): LoadableModule
  _nodeModulePaths(folder: string): string[]
}

/** Node drops the source map of a garbage-collected module while its functions still run: the newest module of each file is kept. */
const kept = new Map<string, LoadableModule>()

/**
 * Runs a bundle and returns its exports. The modules that it requires are in `given`, by name, or are packages resolved from the
 * folder of `file` upwards.
 */
export function evaluateModule(code: string, file: string, given: Given = {}): Exports {
  process.setSourceMapsEnabled(true)
  const Loadable = Module as unknown as ModuleClass
  const module = new Loadable(bundleName(file))
  module.filename = bundleName(file)
  module.paths = Loadable._nodeModulePaths(dirname(file))
  const required = module.require.bind(module)
  module.require = (name) => given[name] ?? required(name)
  kept.set(module.filename, module)
  module._compile(code, module.filename)
  return module.exports
}

/** Returns a function that runs the bundle from its first line at each call: no state is left from earlier calls. */
export function repeatedly(code: string, file: string, given: Given): () => Exports {
  const name = bundleName(file)
  const own = createRequire(name)
  const require = (wanted: string): unknown => given[wanted] ?? own(wanted)
  const run = compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: name,
  })
  return () => {
    const module: { exports: Exports } = { exports: {} }
    run.call(module.exports, module.exports, require, module, name, dirname(name))
    return module.exports
  }
}

/** The name under which the bundle of a file runs: it is next to the file, and does not exist. */
export const bundleName = (file: string): string => `${file}.bundle.cjs`
