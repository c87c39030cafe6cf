// How a new script takes in what it needs, and hands out what it is: as the project's own files do. Pure.

/** `isolated` is TypeScript that says every type it exports, as `isolatedDeclarations` wants it. */
export type ScriptStyle = 'module' | 'commonjs' | 'isolated'

/** One import from Lockstep. */
export const importLine = (style: ScriptStyle, name: string, door: string): string =>
  style === 'commonjs'
    ? `const { ${name} } = require('${door}')`
    : `import { ${name} } from '${door}'`

/** What stands before a class that is all that the file exports. */
export const exporting = (style: ScriptStyle): string =>
  style === 'commonjs' ? 'module.exports =' : 'export default'

/** An object with its types, which is all that the file exports. */
export interface TypedObject {
  readonly door: string
  /** The function that gives an object its types, and the type that it has. */
  readonly define: string
  readonly type: string
  readonly name: string
  /** What stands between the import and the object. */
  readonly before?: readonly string[]
  /** The members, indented. */
  readonly members: readonly string[]
}

/** The whole file of such an object. */
export function objectText(style: ScriptStyle, object: TypedObject): string[] {
  const { door, define, type, name, before = [], members } = object
  if (style !== 'isolated') {
    const head = [importLine(style, define, door), ...before, '']
    return [...head, `${exporting(style)} ${define}({`, ...members, '})']
  }
  const head = [`import type { ${type} } from '${door}'`, ...before, '']
  return [...head, `const ${name}: ${type} = {`, ...members, '}', '', `export default ${name}`]
}
