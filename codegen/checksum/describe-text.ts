// Describes strings and the texts of templates: as SQL if they are SQL, otherwise exactly.
import { ts } from 'ts-morph'
import { describeEnds, describeSql, joinAtHoles } from './describe-sql.js'
import type { Walk } from './code-walk.js'
import { describeColumnNames, isUsual } from './describe-spelling.js'
import { leaf } from './digest.js'
import { parentOf } from '../loading/erased-syntax.js'
import { calleeOf, isRunning, nodesIn } from '../loading/load-syntax.js'
import { isTrimming } from './data-sinks.js'
import type { Loading } from './loading.js'
import { isSql } from './recognize-sql.js'

/** Describes a string or a template without holes: only its value counts, not which of the two it is. */
export function describeText(walk: Walk, node: ts.StringLiteralLike): string[] {
  return isSql(node.text)
    ? ['(sql', ...describeTokens(walk, node, node.text), ')']
    : [leaf('text', node.text)]
}

/** Describes the texts of a template around its holes, and so the places of the holes. */
export function describeTemplateTexts(walk: Walk, node: ts.TemplateExpression): string[] {
  const texts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  const joined = joinAtHoles(texts)
  return isSql(joined)
    ? ['(sql', ...describeTokens(walk, node, joined), ')']
    : texts.map((text) => leaf('text', text))
}

function describeTokens(walk: Walk, node: ts.Node, sql: string): string[] {
  const whole = isWhole(node, walk.loading)
  walk.sawMore ||= walk.loading !== null && whole !== isWhole(node, null)
  return [
    leaf('ends', whole ? 'whole' : describeEnds(sql)),
    ...describeSql(sql).map((token) => leaf('token', token)),
    ...describeSpelling(walk, node, { sql, whole }),
  ]
}

/** What earlier builds did not look at. */
function describeSpelling(
  walk: Walk,
  node: ts.Node,
  { sql, whole }: { sql: string; whole: boolean },
): string[] {
  const { loading } = walk
  if (!loading) return []
  // The ends of other texts are described already.
  const isExact = whole
    ? loading.isReadBack(node) && (!isUsual(sql) || describeEnds(sql) !== 'bare bare')
    : !isUsual(sql) && loading.isData(node)
  const more = [...(isExact ? [leaf('exactly', sql)] : []), ...describeColumnNames(sql, 'code')]
  walk.sawMore ||= more.length > 0
  return more
}

/**
 * Whether a text goes to the database as written, directly or as a constant used for nothing else, trimmed or not. Any other text
 * may be joined to more, and then its ends matter. Without `loading`, decides as earlier builds did: they took a text that a
 * regular expression is run on for SQL that is run, and a trimmed text not.
 */
function isWhole(node: ts.Node, loading: Loading | null): boolean {
  const isRun = loading ? (user: ts.Node) => isRunIn(user, loading) : isRunFormerly
  const user = parentOf(node)
  return isRun(node) || (ts.isVariableDeclaration(user) && isOnly(isRun, user))
}

function isRunFormerly(node: ts.Node): boolean {
  const user = parentOf(node)
  return ts.isTaggedTemplateExpression(user) ? isRunFormerly(user) : isRunning(user)
}

function isRunIn(node: ts.Node, loading: Loading): boolean {
  const user = parentOf(node)
  if (ts.isTaggedTemplateExpression(user)) return isRunIn(user, loading)
  if (!ts.isPropertyAccessExpression(user) || !isTrimming(user.name.text))
    return loading.isRunning(user)
  const call = parentOf(user)
  return ts.isCallExpression(call) && calleeOf(call) === user && isRunIn(call, loading)
}

function isOnly(
  isRun: (use: ts.Node) => boolean,
  { name, parent }: ts.VariableDeclaration,
): boolean {
  if (!ts.isIdentifier(name) || isExported(parent.parent)) return false
  return usesOf(name, name.getSourceFile()).every(isRun)
}

const isExported = (node: ts.Node): boolean =>
  ts.isVariableStatement(node) && (node.modifiers?.length ?? 0) > 0

/** Every use of that name, also where it means something else in another scope: in doubt the ends matter. */
const usesOf = (name: ts.Identifier, file: ts.SourceFile): ts.Identifier[] =>
  [...nodesIn([file])]
    .filter(ts.isIdentifier)
    .filter((node) => node.text === name.text && node !== name)
