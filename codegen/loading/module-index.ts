// Indexes what a module declares, imports and exports, from its top-level statements alone.
import { remembered } from '../../src/model/collected.js'
import { ts } from 'ts-morph'
import { isErased, isTypeOnly, nameText } from './erased-syntax.js'
import { isCode } from '../project/file-name.js'
import { namesOf } from './local-names.js'

/** The build whose description is wanted: this build of Lockstep, or earlier ones, which looked at less. */
export type Build = 'present' | 'earlier'

/** A name of another module; `*` is all of it. */
export interface ImportedName {
  readonly from: string
  readonly name: string
}

/** An exported name: one of this module's own names, or with `from` one of another module. */
export interface ExportedName {
  readonly name: string
  readonly from?: string
}

/** The names of a module. An unnamed default export is declared as `default`. */
export interface ModuleIndex {
  readonly declared: ReadonlyMap<string, readonly ts.Node[]>
  readonly imported: ReadonlyMap<string, ImportedName>
  readonly exported: ReadonlyMap<string, ExportedName>
  /** Modules of `export * from`. */
  readonly passedOn: readonly string[]
  /** Modules imported only for their effects: `import './_setup.js'`. */
  readonly performed: readonly string[]
  /** Modules that are loaded, in order; without those of which only types are imported. */
  readonly loads: readonly string[]
  /** Statements that do something when the module is loaded, in order. */
  readonly effects: readonly ts.Node[]
  /** Whether a variable is declared more than once; earlier builds knew only its last declaration. */
  readonly repeats: boolean
  /** Names of the parts of a data module, each of which stands for the whole; null for code. */
  readonly parts: ReadonlySet<string> | null
}

interface Draft extends ModuleIndex {
  readonly build: Build
  readonly declared: Map<string, ts.Node[]>
  readonly imported: Map<string, ImportedName>
  readonly exported: Map<string, ExportedName>
  readonly passedOn: string[]
  readonly performed: string[]
  readonly loads: string[]
  readonly effects: ts.Node[]
  repeats: boolean
  parts: ReadonlySet<string> | null
}

/**
 * Indexes a module. In a file of data the value is the default export. Earlier builds knew only the last of several
 * declarations of a variable, and data by its default export alone.
 */
export function indexModule(file: ts.SourceFile, build: Build): ModuleIndex {
  const draft: Draft = {
    build,
    declared: new Map(),
    imported: new Map(),
    exported: new Map(),
    passedOn: [],
    performed: [],
    loads: [],
    effects: [],
    repeats: false,
    parts: null,
  }
  if (!isCode(file.fileName)) addData(draft, file.statements)
  else for (const statement of file.statements) addStatement(draft, statement)
  return draft
}

function addData(draft: Draft, statements: readonly ts.Statement[]): void {
  addUnnamedDefault(draft, statements)
  const [value] = statements
  const object = value && ts.isExpressionStatement(value) ? value.expression : null
  const properties = object && ts.isObjectLiteralExpression(object) ? object.properties : []
  draft.parts = new Set(properties.flatMap(({ name }) => (name && nameText(name)) ?? []))
}

function addStatement(draft: Draft, statement: ts.Statement): void {
  if (isErased(statement) || isDirective(statement)) return
  addLoad(draft, statement)
  if (ts.isImportDeclaration(statement)) addImport(draft, statement)
  else if (ts.isExportDeclaration(statement)) addExport(draft, statement)
  else if (ts.isExportAssignment(statement)) addDefault(draft, statement)
  else if (ts.isVariableStatement(statement)) addVariables(draft, statement)
  else if (isNamedDeclaration(statement)) addDeclaration(draft, statement)
  else draft.effects.push(statement)
}

const isDirective = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression)

type Declaration =
  ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration

const isNamedDeclaration = (statement: ts.Statement): statement is Declaration =>
  ts.isFunctionDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  ts.isEnumDeclaration(statement) ||
  ts.isModuleDeclaration(statement)

function addLoad({ loads, build }: Draft, statement: ts.Statement): void {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return
  const { moduleSpecifier } = statement
  if (moduleSpecifier && ts.isStringLiteral(moduleSpecifier) && !isTypeOnly(statement))
    loads.push(sourceOf(statement, build))
}

/** The specifier of an import; followed by `?` if it imports a file as text, as by `with { type: 'text' }`. */
function sourceOf(
  { moduleSpecifier, attributes }: ts.ImportDeclaration | ts.ExportDeclaration,
  build: Build,
): string {
  const from = (moduleSpecifier as ts.StringLiteral).text
  const type = attributes?.elements.find(({ name }) => name.text === 'type')?.value
  const isText = type && ts.isStringLiteral(type) && type.text !== 'json'
  return isText && build === 'present' ? `${from}?` : from
}

function addImport(draft: Draft, statement: ts.ImportDeclaration): void {
  const { importClause } = statement
  const from = sourceOf(statement, draft.build)
  if (!importClause) draft.performed.push(from)
  if (importClause?.name) draft.imported.set(importClause.name.text, { from, name: 'default' })
  const bindings = importClause?.namedBindings
  if (!bindings) return
  if (ts.isNamespaceImport(bindings)) draft.imported.set(bindings.name.text, { from, name: '*' })
  else
    for (const { name, propertyName } of bindings.elements)
      draft.imported.set(name.text, { from, name: (propertyName ?? name).text })
}

function addExport(draft: Draft, statement: ts.ExportDeclaration): void {
  const { exportClause, moduleSpecifier } = statement
  const from = moduleSpecifier && sourceOf(statement, draft.build)
  if (!exportClause) draft.passedOn.push(from!)
  else if (ts.isNamespaceExport(exportClause))
    draft.exported.set(exportClause.name.text, { from: from!, name: '*' })
  else
    for (const { name, propertyName } of exportClause.elements)
      draft.exported.set(name.text, {
        name: (propertyName ?? name).text,
        ...(from === undefined ? {} : { from }),
      })
}

/** `export default name` exports that name; any other value has no name. */
function addDefault(draft: Draft, statement: ts.ExportAssignment): void {
  if (ts.isIdentifier(statement.expression))
    draft.exported.set('default', { name: statement.expression.text })
  else addUnnamedDefault(draft, [statement])
}

function addUnnamedDefault(draft: Draft, nodes: readonly ts.Node[]): void {
  draft.declared.set('default', [...nodes])
  draft.exported.set('default', { name: 'default' })
}

function addVariables(draft: Draft, statement: ts.VariableStatement): void {
  for (const declaration of statement.declarationList.declarations) {
    const names = namesOf(declaration.name)
    for (const name of names) {
      const before = draft.declared.get(name) ?? []
      draft.repeats ||= before.length > 0
      draft.declared.set(name, [...(draft.build === 'earlier' ? [] : before), declaration])
    }
    if (!has(statement, ts.SyntaxKind.ExportKeyword)) continue
    for (const name of names) draft.exported.set(name, { name })
  }
}

/** Namespaces and enums may be declared in several places. */
function addDeclaration(draft: Draft, statement: Declaration): void {
  const name = statement.name?.text ?? 'default'
  remembered(draft.declared, name, () => []).push(statement)
  if (has(statement, ts.SyntaxKind.DefaultKeyword)) draft.exported.set('default', { name })
  else if (has(statement, ts.SyntaxKind.ExportKeyword)) draft.exported.set(name, { name })
}

const has = (node: ts.Node, modifier: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (node.modifiers?.some(({ kind }) => kind === modifier) ?? false)
