// Rewrites a CommonJS file as the equivalent ES module, so that later steps handle one kind of module. Pure.
import { posix } from 'node:path'
import { ts } from 'ts-morph'
import type { MigrationFile } from '../model/migration.js'
import { parseFileName } from '../project/file-name.js'

/**
 * The text with the top-level `require` and `module.exports` written as `import` and `export`; some of the exports are added in
 * lines below the last one. Every other character keeps its place. Returns the text unchanged if it is not CommonJS, or if its
 * exports are known only at run time. `type` is that of its package.json.
 */
export function asModule(path: string, text: string, type?: unknown): AsModule {
  const same = { text, below: [] }
  if (!isCommonJs(path, text, type)) return same
  const file = parse(path, text)
  if (file.statements.some(isModuleSyntax)) return same
  const isMigration = parseFileName(posix.basename(path)).is === 'migration'
  const names = new Set(file.statements.flatMap(declaredNames))
  const draft: Draft = { file, isMigration, names, exported: new Set(), edits: [], below: [] }
  for (const statement of file.statements) rewrite(draft, statement)
  // The remaining mentions may export something else, or the same again.
  const left = mentions(file) - draft.exported.size
  const changed = left === 0 ? applied(text, draft.edits) : null
  if (changed === null) return same
  const below = draft.below.map(({ from }) => from)
  return { text: [changed, ...draft.below.map(({ line }) => line)].join('\n'), below }
}

/** A file rewritten as an ES module. */
export interface AsModule {
  readonly text: string
  /** For each line added below the file's last one, the offset in the file that it stands for. */
  readonly below: readonly number[]
}

/**
 * What makes a JavaScript file an ES module for Node and bundlers, whatever its syntax; undefined if its syntax decides, and for
 * TypeScript.
 */
export function moduleBy(path: string, type: unknown): MigrationFile['moduleBy'] {
  if (path.endsWith('.mjs')) return 'name'
  return path.endsWith('.js') && type === 'module' ? 'package' : undefined
}

/** Whether a file may be CommonJS by its name, its package and its words. */
const isCommonJs = (path: string, text: string, type: unknown): boolean =>
  /\.c?js$/.test(path) && !moduleBy(path, type) && /\b(?:require|exports)\b/.test(text)

/** Whether a script is an ES module, or cannot be told apart from one. */
export const isModule = (path: string, text: string, type: unknown): boolean =>
  !isCommonJs(path, text, type) || parse(path, text).statements.some(isModuleSyntax)

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Draft {
  readonly file: ts.SourceFile
  readonly isMigration: boolean
  /** The names that the file declares at its top level. */
  readonly names: Set<string>
  /** The names that it exports; `default` for the whole. */
  readonly exported: Set<string>
  readonly edits: Edit[]
  readonly below: { readonly line: string; readonly from: number }[]
}

const isModuleSyntax = (node: ts.Statement): boolean =>
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isExportAssignment(node) ||
  (ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true)

function declaredNames(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(
      ({ name }) => name.getText().match(/[\w$]+/g) ?? [],
    )
  const isNamed = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)
  return isNamed && node.name ? [node.name.text] : []
}

/** How often `exports` of the module is mentioned, by itself or as `module.exports`. */
function mentions(node: ts.Node): number {
  let count = isExports(node) ? 1 : 0
  if (count === 0) ts.forEachChild(node, (child) => void (count += mentions(child)))
  return count
}

/** `exports` or `module.exports`. */
function isExports(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node))
    return isNamed(node.expression, 'module') && node.name.text === 'exports'
  if (!isNamed(node, 'exports')) return false
  const { parent } = node
  const isKey = ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)
  return !isKey || parent.name !== node
}

const isNamed = (node: ts.Node, name: string): boolean =>
  ts.isIdentifier(node) && node.text === name

function rewrite(draft: Draft, statement: ts.Statement): void {
  if (ts.isVariableStatement(statement)) rewriteVariable(draft, statement)
  if (!ts.isExpressionStatement(statement)) return
  const { expression } = statement
  const loaded = required(expression)
  if (loaded) replace(draft, expression, `import ${loaded.from}`)
  else if (isAssignment(expression)) rewriteExport(draft, expression)
}

const isAssignment = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken

/** The module and name that `require('x')` or `require('x').name` loads; the specifier with its quotes. */
function required(node: ts.Node | undefined): { from: string; name: string | null } | null {
  if (node && ts.isPropertyAccessExpression(node)) {
    const whole = required(node.expression)
    return whole?.name === null ? { ...whole, name: node.name.text } : null
  }
  if (!node || !ts.isCallExpression(node) || !isNamed(node.expression, 'require')) return null
  const [from, second] = node.arguments
  return from && !second && ts.isStringLiteral(from) ? { from: from.getText(), name: null } : null
}

function rewriteVariable(draft: Draft, statement: ts.VariableStatement): void {
  const [declaration, second] = statement.declarationList.declarations
  const loaded = second ? null : required(declaration?.initializer)
  const what = declaration && loaded && imported(declaration.name, loaded.name, draft)
  if (what) replace(draft, statement.declarationList, `import${what}from${loaded.from}`)
}

/** The text between `import` and `from`; null if an import cannot express it. */
function imported(name: ts.BindingName, member: string | null, { file }: Draft): string | null {
  if (ts.isIdentifier(name)) {
    if (member !== null) return `{${member} as ${name.text}}`
    return isCalled(name.text, file.text) ? ` ${name.text} ` : `*as ${name.text} `
  }
  const isPlain = ({ name: own, initializer, dotDotDotToken }: ts.BindingElement): boolean =>
    ts.isIdentifier(own) && !initializer && !dotDotDotToken
  const elements = ts.isObjectBindingPattern(name) ? [...name.elements] : []
  if (member !== null || elements.length === 0 || !elements.every(isPlain)) return null
  return name
    .getText()
    .replace(/\s*:\s*/g, ' as ')
    .replace(/[^\S\n]+(?=[{},])|(?<=[{},])[^\S\n]+/g, '')
}

/** A module that is called, or extended, is one function or class. */
const isCalled = (name: string, text: string): boolean =>
  new RegExp(`(?<![.\\w$])${name}\\s*[(\`]|\\bextends\\s+${name}\\b(?!\\s*\\.)`).test(text)

function rewriteExport(draft: Draft, { left, right }: ts.BinaryExpression): void {
  const name = exportedName(left)
  if (name === null || draft.exported.has(name) || mentions(right) > 0) return
  draft.exported.add(name)
  const start = left.getStart()
  if (name !== 'default') return exportNamed(draft, { name, start, value: right })
  if (!draft.isMigration && ts.isObjectLiteralExpression(right))
    return exportMembers(draft, start, right)
  draft.edits.push({ start, end: right.getStart(), text: 'export default ' })
}

/** The name that an assignment exports: `exports.up`, `module.exports['up']`; `default` for the whole. */
function exportedName(left: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(left) && isExports(left)) return 'default'
  if (ts.isPropertyAccessExpression(left) && isExports(left.expression)) return left.name.text
  const isKeyed = ts.isElementAccessExpression(left) && isExports(left.expression)
  return isKeyed && ts.isStringLiteral(left.argumentExpression)
    ? left.argumentExpression.text
    : null
}

interface Exported {
  readonly name: string
  readonly start: number
  readonly value: ts.Expression
}

function exportNamed(draft: Draft, { name, start, value }: Exported): void {
  if (ts.isIdentifier(value) && draft.names.has(value.text)) {
    draft.edits.push({ start, end: value.end, text: '' })
    draft.below.push({ line: `export { ${value.text} as ${name} }`, from: value.getStart() })
    return
  }
  const local = localName(draft, name)
  draft.edits.push({ start, end: value.getStart(), text: `const ${local}=` })
  draft.below.push({ line: `export { ${local} as ${name} }`, from: start })
}

/** The same name, unless the file already uses it or it is reserved. */
function localName({ names }: Draft, name: string): string {
  const isFree =
    !names.has(name) && ts.identifierToKeywordKind(ts.factory.createIdentifier(name)) === undefined
  const local = isFree ? name : `${name}_`
  names.add(local)
  return local
}

/** In a helper, each member of the exported object is an export. */
function exportMembers(draft: Draft, start: number, object: ts.ObjectLiteralExpression): void {
  const whole = localName(draft, 'exports_')
  draft.edits.push({ start, end: object.getStart(), text: `const ${whole}=` })
  for (const member of object.properties) {
    const { name } = member
    if (!name || !ts.isIdentifier(name) || ts.isAccessor(member)) {
      // A text without such a place is left as it is.
      draft.exported.clear()
      return
    }
    const value = ts.isPropertyAssignment(member) ? member.initializer : name
    const add = (line: string): void => void draft.below.push({ line, from: value.getStart() })
    const isOwn =
      !ts.isMethodDeclaration(member) && ts.isIdentifier(value) && draft.names.has(value.text)
    if (isOwn) add(`export { ${value.text} as ${name.text} }`)
    else {
      const local = localName(draft, name.text)
      add(`const ${local} = ${whole}.${name.text}`)
      add(`export { ${local} as ${name.text} }`)
    }
  }
}

const replace = ({ edits }: Draft, node: ts.Node, text: string): void =>
  void edits.push({ start: node.getStart(), end: node.end, text })

/** Null if a replacement needs more room than there is. */
function applied(text: string, edits: readonly Edit[]): string | null {
  let [result, at] = ['', 0]
  for (const edit of edits) {
    const old = text.slice(edit.start, edit.end)
    const room = old.slice(edit.text.length)
    const lines = (part: string): number => part.split('\n').length
    if (edit.text.length > old.length || lines(edit.text + room) !== lines(old)) return null
    result += text.slice(at, edit.start) + edit.text + room.replace(/[^\r\n]/g, ' ')
    at = edit.end
  }
  return result + text.slice(at)
}
