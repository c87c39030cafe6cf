// A migration does something as soon as its file is loaded.
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import type { Modules } from '../../loading/resolve-name.js'
import { actsOutside } from '../../loading/acts-outside.js'
import { isStill } from '../../loading/still.js'
import { goThrough } from '../../loading/load-run.js'
import { nodePlace } from '../subject/place.js'
import type { Rule, Script } from '../subject/rule.js'

/**
 * Statements at the top level that are no declaration, a bare `import 'x'`, `await` at the top level, and whatever else runs
 * there and reaches beyond these files, itself or in what it calls of them: files, processes, the network, timers, the
 * console, databases, globals. Values that only depend on the clock, on chance or on the environment are
 * NOT_DETERMINISTIC. CommonJS exports are left to the reading, which reports them.
 */
export const moduleSideEffect: Rule = {
  code: 'MODULE_SIDE_EFFECT',
  severity: 'error',
  override: 'adjustable',
  stage: 'migrations',
  meaning: 'A migration does something outside `up` and `down`.',
  problem:
    'The registry imports every migration, so code at the top level runs at each start of the application, also when the ' +
    'database is up to date, and outside every transaction; and what it reads from a file is no part of the checksum.',
  solution: 'Move it into `up` or `down`.',
  spoilsReplay: true,
  *check({ scripts, reading }) {
    const modules = modulesOf(
      new Map(scripts.map(({ path, syntax }) => [path, syntax])),
      reading.discovery.aliases,
    )
    for (const script of scripts) {
      for (const node of sideEffects(script, modules)) {
        yield {
          at: nodePlace(script, node),
          message: `${script.file} does something when it is loaded: \`${excerpt(script, node)}\`. That happens at every start of the application, migrated or not.`,
          fix: 'Move it into `up` or `down`, or remove it.',
        }
      }
    }
  },
}

function sideEffects({ syntax, nodes }: Script, modules: Modules): ts.Node[] {
  const whole = [
    ...syntax.statements.filter((one) => acts(one)),
    ...nodes.filter((node) => ts.isAwaitExpression(node) && isTopLevel(node)),
  ]
  const inner = new Set<ts.Node>()
  if (isStill(syntax, modules.index(syntax))) return whole
  goThrough(syntax, { modules, uncalled: false }, (step) => {
    if (actsOutside(step, modules)) inner.add(step.from)
  })
  return [...whole, ...inner].filter(
    (node, at, all) => !all.some((one, other) => other < at && contains(one, node)),
  )
}

const contains = (outer: ts.Node, inner: ts.Node): boolean =>
  outer.pos <= inner.pos && inner.end <= outer.end

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
