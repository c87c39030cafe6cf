// The rules of the house that the linter cannot see, as functions from sources to findings.
import { ts } from 'ts-morph'
import { type Sources, nodesOf, placeOf, syntaxOf } from './source-files.js'

function* nodesIn(sources: Sources): Generator<ts.Node> {
  for (const [file, text] of sources) yield* nodesOf(syntaxOf(file, text))
}

/** Errors without a code: everything that is thrown on purpose comes from the catalogue. */
export const bareErrors = (sources: Sources): string[] =>
  [...nodesIn(sources)]
    .filter((node) => ts.isNewExpression(node) || ts.isCallExpression(node))
    .filter((node) => ts.isIdentifier(node.expression) && node.expression.text === 'Error')
    .map((node) => `${placeOf(node)} makes an Error without a code`)

const unfinished =
  /\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b|not (?:yet )?implemente[d]|@ts-(?:nocheck|ignore)/

/** Marks of work that is not done, and switched-off compiler checks. */
export const unfinishedWork = (sources: Sources): string[] =>
  linesMatching(sources, unfinished, 'is a mark of unfinished work')

const machinePath = /(?:^|[^\w.*)\]}])\/(?:home|root|work|tmp|Users)\//

/** Paths that exist on one machine only. */
export const machinePaths = (sources: Sources): string[] =>
  linesMatching(sources, machinePath, 'is a path of one machine')

const tableFunction = /(?<!\bunshadowed\.|CREATE TABLE )\b(?:pragma_[a-z]\w*|json_(?:each|tree)\b)/i

/**
 * Functions that are read as tables, in a place where somebody's table can answer instead: SQLite takes the function only
 * where it finds no table or view of the name, and in a schema that does not exist there is none.
 */
export const shadowedFunctions = (sources: Sources): string[] =>
  linesMatching(sources, tableFunction, 'can be shadowed; write unshadowed. before it')

const replaceableFunction = /\b(?:SELECT|WHERE|AND|OR|ON|BY|THEN) (?:NOT )?(?:lower|upper)\(/

/** Functions in SQL that applications replace (ICU): names compare with COLLATE NOCASE. */
export const replaceableFunctions = (sources: Sources): string[] =>
  linesMatching(sources, replaceableFunction, 'may be another function; write COLLATE NOCASE')

const quotingByHand = /replaceAll\((?:'"', '""'|'""', '"'|"''", "'")\)/

/** Names that are quoted, or read out of their quotes, elsewhere than where it is done for all. */
export const quotedByHand = (sources: Sources): string[] =>
  linesMatching(
    new Map([...sources].filter(([file]) => file !== 'src/sql/names.ts')),
    quotingByHand,
    'quotes by hand; ask src/sql/names.ts',
  )

const mockedFile = /\bvi\s*\.(?:do)?mock\(\s*['"`]\./i

/** Files of the project that a test puts something else in the place of: what it needs is given to it as a parameter. */
export const mockedFiles = (sources: Sources): string[] =>
  linesMatching(sources, mockedFile, 'replaces a file by its path; give what it stands for')

function linesMatching(sources: Sources, pattern: RegExp, meaning: string): string[] {
  return [...sources].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => {
      const match = pattern.exec(line)
      return match ? [`${file}:${index + 1} "${match[0].trim()}" ${meaning}`] : []
    }),
  )
}

/** Files whose first line, after a shebang, does not say what they are for. */
export const withoutPurpose = (sources: Sources): string[] =>
  [...sources]
    .filter(([, text]) => !/^(?:#!.*\n)?(?:\/\/ |\/\*\* )\S/.test(text))
    .map(([file]) => `${file} does not begin with a comment that says what it is for`)

/** Exports without a doc comment. */
export function undocumentedExports(sources: Sources): string[] {
  const found: string[] = []
  for (const [file, text] of sources) {
    const documented = new Set<string>()
    for (const statement of syntaxOf(file, text).statements) {
      if (!isExported(statement)) continue
      const name = nameOf(statement)
      // Overloads share the comment of the first.
      if (ts.getJSDocCommentsAndTags(statement).length > 0) documented.add(name)
      else if (!documented.has(name))
        found.push(`${placeOf(statement)} exports ${name} without a doc comment`)
    }
  }
  return found
}

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ')
  }
  return (statement as ts.DeclarationStatement).name?.getText() ?? 'default'
}

const doors = /^src\/(?:index\.ts|drivers\/|testing\/)/

/** Files that only pass on what others export, outside the doors of the package: import from where the code stands. */
export const innerBarrels = (sources: Sources): string[] =>
  [...sources]
    .filter(([file]) => !doors.test(file))
    .filter(([file, text]) => isBarrel(syntaxOf(file, text)))
    .map(([file]) => `${file} only re-exports; import from the files themselves`)

const isBarrel = ({ statements }: ts.SourceFile): boolean =>
  statements.length > 0 &&
  statements.every((node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)

/** Uses of the compiler while a module loads: it is loaded when it is first used, and a project of SQL alone never uses it. */
export const compilerAtLoad = (sources: Sources): string[] =>
  [...sources]
    .filter(([file]) => !file.startsWith('.ci/'))
    .flatMap(([file, text]) => {
      const source = syntaxOf(file, text)
      return usedAtLoad(source, compilerNames(source)).map(
        (node) => `${placeOf(node)} uses the compiler while it loads; make it with once`,
      )
    })

const compilerNames = ({ statements }: ts.SourceFile): ReadonlySet<string> =>
  new Set(
    statements.flatMap((one) => {
      const clause = ts.isImportDeclaration(one) ? one.importClause : undefined
      const named = clause && !clause.isTypeOnly ? clause.namedBindings : undefined
      const isCompiler =
        ts.isImportDeclaration(one) && one.moduleSpecifier.getText().slice(1, -1) === 'ts-morph'
      return isCompiler && named && ts.isNamedImports(named)
        ? named.elements.filter((name) => !name.isTypeOnly).map(({ name }) => name.text)
        : []
    }),
  )

function usedAtLoad(node: ts.Node, names: ReadonlySet<string>): ts.Node[] {
  if (names.size === 0 || ts.isFunctionLike(node) || ts.isTypeNode(node)) return []
  if (ts.isImportDeclaration(node) || ts.isTypeAliasDeclaration(node)) return []
  if (ts.isIdentifier(node) && names.has(node.text)) return [node]
  return node.getChildren().flatMap((child) => usedAtLoad(child, names))
}

/** Files named after nothing. */
export const emptyNames = (sources: Sources): string[] =>
  [...sources.keys()]
    .filter((file) => /(?:^|[/-])(?:utils?|helpers?|common|misc|shared)(?:\/|\.ts$)/.test(file))
    .map((file) => `${file} is named after nothing in particular`)

/** Parameters of exported functions that are true or false: the call would not say what it means. */
export const booleanParameters = (sources: Sources): string[] =>
  [...nodesIn(sources)]
    .filter(ts.isParameter)
    .filter(({ type }) => type?.kind === ts.SyntaxKind.BooleanKeyword)
    .filter((node) => isExportedFunction(node.parent))
    .map((node) => `${placeOf(node)} has the boolean parameter ${node.name.getText()}`)

function isExportedFunction(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node)) return isExported(node)
  const statement = node.parent.parent?.parent
  return ts.isArrowFunction(node) && statement !== undefined && ts.isVariableStatement(statement)
    ? isExported(statement)
    : false
}
