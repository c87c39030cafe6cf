// A migration does something as soon as its file is loaded.
import { ts } from 'ts-morph'
import { nodePlace } from '../place.js'
import type { Rule, Script } from '../rule.js'

/**
 * Statements at the top level that are no declaration, a bare `import 'x'`, and `await` at the top level. Initial values
 * of constants are not judged. CommonJS exports are left to the reading, which reports them.
 */
export const moduleSideEffect: Rule = {
  code: 'MODULE_SIDE_EFFECT',
  severity: 'error',
  standing: 'adjustable',
  stage: 'migrations',
  meaning: 'A migration has statements outside `up` and `down`.',
  problem:
    'The registry imports every migration, so such statements run at each start of the application, also when the ' +
    'database is up to date, and outside every transaction.',
  solution: 'Move the statement into `up` or `down`.',
  spoilsReplay: true,
  *check({ scripts }) {
    for (const script of scripts) {
      for (const node of sideEffects(script)) {
        yield {
          at: nodePlace(script, node),
          message: `${script.file} does something when it is loaded: \`${excerpt(script, node)}\`. That happens at every start of the application, migrated or not.`,
          fix: 'Move it into `up` or `down`, or remove it.',
        }
      }
    }
  },
}

function sideEffects({ syntax, nodes }: Script): ts.Node[] {
  const statements = syntax.statements.filter((one) => acts(one))
  const awaits = nodes.filter((node) => ts.isAwaitExpression(node) && isTopLevel(node))
  const within = (node: ts.Node): boolean =>
    statements.some((one) => one.pos <= node.pos && node.end <= one.end)
  return [...statements, ...awaits.filter((node) => !within(node))]
}

function acts(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement)) return statement.importClause === undefined
  if (ts.isExpressionStatement(statement)) return !isDirective(statement) && !isCommonJs(statement)
  return !DECLARES.has(statement.kind)
}

const DECLARES: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.EmptyStatement,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.ExportAssignment,
  ts.SyntaxKind.ExportDeclaration,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ImportEqualsDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.NamespaceExportDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.VariableStatement,
])

const isDirective = ({ expression }: ts.ExpressionStatement): boolean =>
  ts.isStringLiteral(expression)

const isCommonJs = ({ expression }: ts.ExpressionStatement): boolean =>
  ts.isBinaryExpression(expression) && /^(module\.)?exports\b/.test(expression.left.getText())

const isTopLevel = (node: ts.Node): boolean => !ts.findAncestor(node, ts.isFunctionLike)

function excerpt({ syntax }: Script, node: ts.Node): string {
  const [line = ''] = node.getText(syntax).split(/\r?\n/)
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
