// Writes the imports and exports of a new script in the project's own style. Pure.

/** `isolated` is TypeScript that states the type of every export, as `isolatedDeclarations` requires. */
export type ScriptStyle = 'module' | 'commonjs' | 'isolated'

/** One import from Lockstep. */
export const importLine = (style: ScriptStyle, name: string, door: string): string =>
  style === 'commonjs'
    ? `const { ${name} } = require('${door}')`
    : `import { ${name} } from '${door}'`

/** The text before a class that is the file's only export. */
export const exporting = (style: ScriptStyle): string =>
  style === 'commonjs' ? 'module.exports =' : 'export default'

/** An object with its type that is the file's only export. */
export interface TypedObject {
  readonly door: string
  /** The function that gives an object its types, and its type. */
  readonly define: string
  readonly type: string
  readonly name: string
  /** Lines between the import and the object. */
  readonly before?: readonly string[]
  /** The members, indented. */
  readonly members: readonly string[]
}

/** The whole file with such an object. */
export function objectText(style: ScriptStyle, object: TypedObject): string[] {
  const { door, define, type, name, before = [], members } = object
  if (style !== 'isolated') {
    const head = [importLine(style, define, door), ...before, '']
    return [...head, `${exporting(style)} ${define}({`, ...members, '})']
  }
  const head = [`import type { ${type} } from '${door}'`, ...before, '']
  return [...head, `const ${name}: ${type} = {`, ...members, '}', '', `export default ${name}`]
}
