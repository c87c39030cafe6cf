// A migration has side effects as soon as its file is loaded.
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import type { Modules } from '../../loading/resolve-name.js'
import { actsOutside, leavesFile } from '../../loading/acts-outside.js'
import { isStill } from '../../loading/still.js'
import { goThrough } from '../../loading/load-run.js'
import { nodePlace } from '../subject/place.js'
import type { Rule, Script } from '../subject/rule.js'

/**
 * A bare `import 'x'`, `throw` and `await` at the top level, statements there that do more than fill and arrange objects of their
 * own file, and whatever else runs there and reaches beyond these files, directly or through calls: files, processes, the
 * network, timers, the console, databases, globals. What statements do to their own file is digested. Values that only depend on
 * the clock, on chance or on the environment are NOT_DETERMINISTIC. CommonJS exports are left to the reading, which reports them.
 */
export const moduleSideEffect: Rule = {
  code: 'MODULE_SIDE_EFFECT',
  severity: 'error',
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
          message: `${script.file} has a side effect when it is loaded: \`${excerpt(script, node)}\`. That happens whenever the application starts, whether or not it migrates.`,
          fix: 'Move it into `up` or `down`, or remove it.',
        }
      }
    }
  },
}

function sideEffects({ syntax, nodes }: Script, modules: Modules): ts.Node[] {
  const found = new Set<ts.Node>([
    ...syntax.statements.filter((one) => ts.isThrowStatement(one) || isBareImport(one)),
    ...nodes.filter((node) => ts.isAwaitExpression(node) && isTopLevel(node)),
  ])
  const index = modules.index(syntax)
  if (!isStill(syntax, index))
    goThrough(syntax, { modules, uncalled: false }, (step) => {
      const statement = index.effects.find((one) => contains(one, step.from))
      if (statement && isCommonJs(statement)) return
      if (statement ? leavesFile(step, modules) : actsOutside(step, modules))
        found.add(statement ?? step.from)
    })
  const all = [...found].toSorted((one, other) => one.pos - other.pos || other.end - one.end)
  return all.filter((node, at) => !all.some((one, other) => other < at && contains(one, node)))
}

const contains = (outer: ts.Node, inner: ts.Node): boolean =>
  outer.pos <= inner.pos && inner.end <= outer.end

const isBareImport = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) && node.importClause === undefined

const isCommonJs = (node: ts.Node): boolean =>
  ts.isExpressionStatement(node) &&
  ts.isBinaryExpression(node.expression) &&
  /^(module\.)?exports\b/.test(node.expression.left.getText())

const isTopLevel = (node: ts.Node): boolean => !ts.findAncestor(node, ts.isFunctionLike)

function excerpt({ syntax }: Script, node: ts.Node): string {
  const [line = ''] = node.getText(syntax).split(/\r?\n/)
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
