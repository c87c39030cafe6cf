// Runs the text of a CommonJS bundle as if it lay beside the file it was made from.
import { createRequire, Module } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

/** What a loaded file exports, by name; `default` among them. */
export type Exports = Readonly<Record<string, unknown>>

/** Modules that a bundle requires, by their names. */
export type Given = Readonly<Record<string, Exports>>

/** What `Module` has besides its types; its use by loaders has kept it stable. */
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

/** Node forgets the source map of a module that is collected, while functions of it still run: the newest of each file is kept. */
const kept = new Map<string, LoadableModule>()

/**
 * Runs a bundle and returns what it exports. What it requires is `given`, by name, or a package that is looked for from the
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

/** The same as a function, of which each call runs the bundle from its first line: nothing is left of earlier ones. */
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

/** The name under which the bundle of a file runs: it stands beside the file, and does not exist. */
export const bundleName = (file: string): string => `${file}.bundle.cjs`
