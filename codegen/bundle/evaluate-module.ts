// Runs the text of a CommonJS bundle as if it lay beside the file it was made from.
import { createRequire, Module } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'

/** What a loaded file exports, by name; `default` among them. */
export type Exports = Readonly<Record<string, unknown>>

/** What `Module` has besides its types; its use by loaders has kept it stable. */
interface LoadableModule {
  filename: string
  paths: string[]
  exports: Exports
  _compile(code: string, filename: string): void
}
interface ModuleClass {
  new (id: string): LoadableModule
  _nodeModulePaths(folder: string): string[]
}

/** Node forgets the source map of a module that is collected, while functions of it still run: the newest of each file is kept. */
const kept = new Map<string, LoadableModule>()

/** Runs a bundle and returns what it exports. Packages are looked for from the folder of `file` upwards. */
export function evaluateModule(code: string, file: string): Exports {
  process.setSourceMapsEnabled(true)
  const Loadable = Module as unknown as ModuleClass
  const module = new Loadable(bundleName(file))
  module.filename = bundleName(file)
  module.paths = Loadable._nodeModulePaths(dirname(file))
  kept.set(module.filename, module)
  module._compile(code, module.filename)
  return module.exports
}

/** The same as a function, of which each call runs the bundle from its first line: nothing is left of earlier ones. */
export const repeatedly = (code: string, file: string): (() => Exports) =>
  compiled(code, file, createRequire(bundleName(file)))

/** Runs a bundle to which some of the modules that it requires are given, by their names. */
export function evaluateWith(
  given: Readonly<Record<string, Exports>>,
  code: string,
  file: string,
): Exports {
  const own = createRequire(bundleName(file))
  return compiled(code, file, (name) => given[name] ?? own(name))()
}

function compiled(code: string, file: string, require: (name: string) => unknown): () => Exports {
  const name = bundleName(file)
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
