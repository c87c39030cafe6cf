// Reads what a source file declares, imports and exports at its top level, in one pass over its statements.
import { Node, VariableDeclarationKind } from 'ts-morph'
import type {
  ClassDeclaration,
  ExportAssignment,
  ExportDeclaration,
  ExpressionStatement,
  FunctionDeclaration,
  ImportDeclaration,
  SourceFile,
  Statement,
  VariableStatement,
} from 'ts-morph'

/** What a top-level name refers to. */
export type Binding =
  /** A `const`, function or class: `node` is the initializer or the declaration. */
  | { readonly is: 'value'; readonly node: Node }
  /** `name` is the exported name, `default`, or `*` for the whole module. */
  | { readonly is: 'import'; readonly from: string; readonly name: string; readonly node: Node }
  /** Anything whose value may change or is not an expression: `let`, destructuring, enums, namespaces. */
  | { readonly is: 'variable'; readonly node: Node }

/** The top level of a source file. */
export interface Module {
  readonly names: ReadonlyMap<string, Binding>
  /** Exported name → the expression, declaration or export specifier that gives the value. */
  readonly exports: ReadonlyMap<string, Node>
  /** The `export * from` declarations. */
  readonly stars: readonly Node[]
  /** The first `export =`, `module.exports =`, `exports.x =` or call such as `Object.assign(exports, …)`. */
  readonly commonJs: Node | null
  /** A second `export default`. */
  readonly secondDefault: Node | null
  /** Name → the first top-level statement other than a declaration that mentions it, and so may change its value. */
  readonly touched: ReadonlyMap<string, Node>
}

/** Reads the top level of a source file. Types are ignored. */
export function readModule(source: SourceFile): Module {
  const draft: Draft = {
    names: new Map(),
    exports: new Map(),
    stars: [],
    commonJs: null,
    secondDefault: null,
    touched: new Map(),
  }
  for (const statement of source.getStatements()) readStatement(draft, statement)
  return draft
}

interface Draft {
  readonly names: Map<string, Binding>
  readonly exports: Map<string, Node>
  readonly stars: Node[]
  commonJs: Node | null
  secondDefault: Node | null
  readonly touched: Map<string, Node>
}

function readStatement(draft: Draft, statement: Statement): void {
  if (Node.isImportDeclaration(statement)) readImport(draft, statement)
  else if (Node.isVariableStatement(statement)) readVariables(draft, statement)
  else if (Node.isFunctionDeclaration(statement) || Node.isClassDeclaration(statement))
    readDeclaration(draft, statement)
  else if (Node.isExportAssignment(statement)) readExportAssignment(draft, statement)
  else if (Node.isExportDeclaration(statement)) readExports(draft, statement)
  else if (Node.isEnumDeclaration(statement) || Node.isModuleDeclaration(statement))
    draft.names.set(statement.getName(), { is: 'variable', node: statement })
  else if (!Node.isInterfaceDeclaration(statement) && !Node.isTypeAliasDeclaration(statement))
    readOther(draft, statement)
}

function readImport({ names }: Draft, statement: ImportDeclaration): void {
  if (statement.isTypeOnly()) return
  const from = statement.getModuleSpecifierValue()
  const add = (node: Node | undefined, local: string | undefined, name: string): void => {
    if (node && local) names.set(local, { is: 'import', from, name, node })
  }
  const whole = statement.getNamespaceImport()
  const main = statement.getDefaultImport()
  add(whole, whole?.getText(), '*')
  add(main, main?.getText(), 'default')
  for (const named of statement.getNamedImports()) {
    add(named, named.getAliasNode()?.getText() ?? named.getName(), named.getName())
  }
}

function readVariables(draft: Draft, statement: VariableStatement): void {
  const constant = statement.getDeclarationKind() === VariableDeclarationKind.Const
  for (const declaration of statement.getDeclarations()) {
    const initializer = declaration.getInitializer()
    const simple = constant && Node.isIdentifier(declaration.getNameNode())
    const binding: Binding =
      simple && initializer
        ? { is: 'value', node: initializer }
        : { is: 'variable', node: declaration }
    for (const name of boundNames(declaration.getNameNode())) {
      draft.names.set(name.getText(), binding)
      if (statement.hasExportKeyword()) draft.exports.set(name.getText(), name)
    }
  }
}

/** The identifiers that a declaration's left side binds: one, or those inside a pattern. */
function boundNames(pattern: Node): Node[] {
  if (Node.isIdentifier(pattern)) return [pattern]
  return pattern
    .forEachChildAsArray()
    .flatMap((child) => (Node.isBindingElement(child) ? boundNames(child.getNameNode()) : []))
}

function readDeclaration(draft: Draft, statement: FunctionDeclaration | ClassDeclaration): void {
  if (Node.isFunctionDeclaration(statement) && !statement.getBody()) return
  const name = statement.getName()
  if (name) draft.names.set(name, { is: 'value', node: statement })
  if (statement.hasDefaultKeyword()) setDefault(draft, statement)
  else if (statement.hasExportKeyword() && name) draft.exports.set(name, statement)
}

function readExportAssignment(draft: Draft, statement: ExportAssignment): void {
  if (statement.isExportEquals()) draft.commonJs ??= statement
  else setDefault(draft, statement.getExpression())
}

function setDefault(draft: Draft, value: Node): void {
  if (draft.exports.has('default')) draft.secondDefault ??= value
  else draft.exports.set('default', value)
}

function readExports(draft: Draft, statement: ExportDeclaration): void {
  if (statement.isTypeOnly()) return
  if (statement.isNamespaceExport() && !statement.getNamespaceExport()) draft.stars.push(statement)
  for (const specifier of statement.getNamedExports()) {
    const name = specifier.getAliasNode()?.getText() ?? specifier.getName()
    const value = statement.hasModuleSpecifier() ? specifier : specifier.getNameNode()
    if (name === 'default') setDefault(draft, value)
    else draft.exports.set(name, value)
  }
}

function readOther(draft: Draft, statement: Statement): void {
  if (Node.isExpressionStatement(statement)) {
    if (Node.isStringLiteral(statement.getExpression())) return
    if (isCommonJsExport(statement)) draft.commonJs ??= statement
  }
  statement.forEachDescendant((node) => {
    if (Node.isIdentifier(node) && !draft.touched.has(node.getText()))
      draft.touched.set(node.getText(), statement)
  })
}

const COMMON_JS = /^(module\.exports|exports\.\w+|exports\[.*\]|exports$)/
const WHOLE_COMMON_JS = /^(?:module\.)?exports$/

function isCommonJsExport(statement: ExpressionStatement): boolean {
  const expression = statement.getExpression()
  if (Node.isCallExpression(expression))
    return expression.getArguments().some((one) => WHOLE_COMMON_JS.test(one.getText()))
  return Node.isBinaryExpression(expression) && COMMON_JS.test(expression.getLeft().getText())
}
