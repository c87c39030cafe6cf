// Resolves module-level names, through imports and re-exports of helper files.
import { memo } from '../../src/model/collected.js'
import type { ts } from 'ts-morph'
import { memberName, withWrappers } from './erased-syntax.js'
import { indexModule, type Build, type ImportedName } from './module-index.js'

/** The file that a relative import of a helper resolves to; null for packages, application code and missing files. */
export type FindHelper = (importer: ts.SourceFile, specifier: string) => ts.SourceFile | null

/**
 * The target of a name: declarations in the migration's file or a helper, a name of a module that is not read (`*` for all of it)
 * or of a helper that does not declare it (`file`), or a helper as a whole.
 */
export type Target =
  | { readonly kind: 'declared'; readonly nodes: readonly ts.Node[] }
  | { readonly kind: 'outside'; readonly name: string; readonly file: ts.SourceFile | null }
  | { readonly kind: 'helper'; readonly file: ts.SourceFile }

/** The modules that a migration can reach. Each is indexed once. */
export class Modules {
  readonly #findHelper: FindHelper
  readonly build: Build
  /** What a module declares, imports and exports. */
  readonly index = memo((file: ts.SourceFile) => indexModule(file, this.build))
  /** The helpers that a module loads, whatever it imports from them, in order. */
  readonly loaded = memo((file: ts.SourceFile) => this.#helpers(file, this.index(file).loads))

  constructor(findHelper: FindHelper, build: Build) {
    this.#findHelper = findHelper
    this.build = build
  }

  /** The target of a name at the top level of a module; null for a global or an unknown name. */
  resolve(file: ts.SourceFile, name: string): Target | null {
    return this.#resolve(file, name, new Set())
  }

  /** The target of a name used at the top level: for `helpers.name`, one export of the helper. */
  resolveUse(node: ts.Identifier): Target | null {
    let target = this.resolve(node.getSourceFile(), node.text)
    for (let use = withWrappers(node); target?.kind === 'helper'; use = withWrappers(use.parent)) {
      const name = memberName(use.parent)
      if (name === null) break
      target = this.resolveExport(target.file, name)
    }
    return target
  }

  /** The target that a module exports under a name; null if it does not export it. */
  resolveExport(file: ts.SourceFile, name: string): Target | null {
    return this.#resolveExport(file, name, new Set())
  }

  /** Every name that a module exports, passed-on modules included, in order of the text. */
  exportedNames(file: ts.SourceFile, visited = new Set<ts.SourceFile>()): string[] {
    if (visited.has(file)) return []
    visited.add(file)
    const { exported, passedOn } = this.index(file)
    const further = passedOn.flatMap((from) => {
      const helper = this.#findHelper(file, from)
      return helper ? this.exportedNames(helper, visited) : []
    })
    return [...new Set([...exported.keys(), ...further])]
  }

  /** The helpers that a module only loads. */
  performed(file: ts.SourceFile): ts.SourceFile[] {
    return this.#helpers(file, this.index(file).performed)
  }

  #helpers(file: ts.SourceFile, specifiers: readonly string[]): ts.SourceFile[] {
    return specifiers.flatMap((from) => this.#findHelper(file, from) ?? [])
  }

  #resolve(file: ts.SourceFile, name: string, visited: Set<string>): Target | null {
    const { declared, imported } = this.index(file)
    const nodes = declared.get(name)
    if (nodes) return { kind: 'declared', nodes }
    const from = imported.get(name)
    return from ? this.#follow(file, from, visited) : null
  }

  #follow(file: ts.SourceFile, { from, name }: ImportedName, visited: Set<string>): Target {
    const helper = this.#findHelper(file, from)
    if (helper && name === '*') return { kind: 'helper', file: helper }
    return (
      (helper && this.#resolveExport(helper, name, visited)) ?? {
        kind: 'outside',
        name,
        file: helper,
      }
    )
  }

  #resolveExport(file: ts.SourceFile, name: string, visited: Set<string>): Target | null {
    const step = `${file.fileName} ${name}`
    if (visited.has(step)) return null
    visited.add(step)
    const { exported, passedOn, parts } = this.index(file)
    // Bundlers give each part of data a name, and also `length` for a list.
    const own = exported.get(parts && this.build === 'present' ? 'default' : name)
    if (own?.from !== undefined)
      return this.#follow(file, { from: own.from, name: own.name }, visited)
    if (own) return this.#resolve(file, own.name, visited)
    return this.#resolvePassedOn(file, passedOn, { name, visited })
  }

  #resolvePassedOn(
    file: ts.SourceFile,
    modules: readonly string[],
    { name, visited }: { name: string; visited: Set<string> },
  ): Target | null {
    for (const from of modules) {
      const helper = this.#findHelper(file, from)
      const parts = helper && this.index(helper).parts
      if (parts && name !== 'default' && !parts.has(name)) continue
      const target = helper && this.#resolveExport(helper, name, visited)
      if (target) return target
    }
    return null
  }
}
