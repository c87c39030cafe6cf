// Finds comments that switch findings off in one migration: `lockstep-ignore CODE subject: reason`, or several codes and no
// subject.
import { ts } from 'ts-morph'
import type { Position } from '../../model/diagnostic.js'
import type { MigrationFile, Reading } from '../../model/migration.js'
import { otherSide } from './other-side.js'
import { textPlace } from '../../diagnostics/text-place.js'
import { offsetPlace } from './place.js'
import type { Script, Suppression } from './rule.js'
import { allComments } from '../../sql/sql-comments.js'

const MARK: Mark = {
  text: 'lockstep-ignore',
  inScript: /(?:\/\/|\/\*+)[ \t]*lockstep-ignore\b([^\r\n]*)/g,
  inSql: /^(?:--|\/\*+)[ \t]*lockstep-ignore\b([^\r\n]*)/,
}
/** Codes, then the subject, in which `:` only occurs in quotes, then the reason. */
const CONTENT =
  /^[ \t]*([A-Z][A-Z0-9_]*(?:[ \t]*,[ \t]*[A-Z][A-Z0-9_]*)*)(?:[ \t]+((?:"[^"]*"|`[^`]*`|\[[^\]]*\]|[^\s":`[]|[ \t](?=[^\s:]))+))?[ \t]*(?::[ \t]*(.*))?$/

/**
 * Finds the comments in scripts, helpers and SQL files. One comment covers its migration: the whole file, both files of a pair,
 * or in a list the element that contains it or follows it (before the list: all elements).
 */
export function findSuppressions(reading: Reading, scripts: readonly Script[]): Suppression[] {
  const sqlFiles = reading.discovery.files.filter(({ kind }) => kind !== 'script')
  const found = [
    ...scripts.flatMap((script) => scriptSuppressions(script, reading)),
    ...sqlFiles.flatMap((file) => sqlSuppressions(file, reading)),
  ]
  return found.map((one) => ({ ...one, elsewhere: otherSide(one.at, reading.migrations) }))
}

type Comment = Omit<Suppression, 'elsewhere'>

function scriptSuppressions(script: Script, reading: Reading): Comment[] {
  const comments = commentsLike(script, MARK)
  const elements = comments.length > 0 ? listElements(script, reading) : []
  return comments.flatMap(({ index, content }) => {
    const lines = coveredLines(script, elements, index)
    const at = offsetPlace(script, index)
    return said(at, content.replace(/\*\/.*$/, '')).map((one) => ({
      ...one,
      files: [script.file],
      lines,
    }))
  })
}

/** The prefix of comments, in code and in SQL; the first group is their content. */
export interface Mark {
  /** In all of them. */
  readonly text: string
  readonly inScript: RegExp
  readonly inSql: RegExp
}

/** The comments of a script with such a prefix: those of its code, and those of SQL in its texts. */
export function commentsLike(
  script: Script,
  mark: Mark,
): readonly { readonly index: number; readonly content: string }[] {
  const { text } = script.syntax
  if (!text.includes(mark.text)) return []
  const texts = textSpans(script)
  const own = [...text.matchAll(mark.inScript)]
    .filter(({ index }) => !isWithin(texts, index))
    .map(({ index, 1: content = '' }) => ({ index, content }))
  return [...own, ...texts.flatMap((span) => commentsInSql(span, text, mark))]
}

/** Those of SQL in a text of code, as it would have them in a file of its own: `\n` ends a line. */
function commentsInSql({ start, end, value }: Span, source: string, mark: Mark) {
  if (!value?.includes(mark.text)) return []
  return [...allComments(value)].flatMap(({ text, start: at }) => {
    const content = mark.inSql.exec(text)?.[1]
    if (content === undefined) return []
    const within = text.indexOf(mark.text)
    const before = value.slice(0, at + within).split(mark.text).length
    const written = source.slice(start, end).split(mark.text).slice(0, before).join(mark.text)
    return [{ index: start + written.length - within, content }]
  })
}

interface Span {
  readonly start: number
  readonly end: number
  /** The text; null if it cannot be SQL. */
  readonly value: string | null
}

/** The ranges of a script's texts, in order: what looks like a comment of code in them is none. */
const textSpans = ({ nodes, syntax }: Script): Span[] =>
  nodes
    .filter(isText)
    .map((node) => ({
      start: node.getStart(syntax),
      end: node.end,
      value: ts.isJsxText(node) || ts.isRegularExpressionLiteral(node) ? null : node.text,
    }))
    .sort((a, b) => a.start - b.start)

function isWithin(spans: readonly Span[], offset: number): boolean {
  let low = 0
  for (let high = spans.length; low < high;) {
    const middle = (low + high) >> 1
    if (spans[middle]!.start <= offset) low = middle + 1
    else high = middle
  }
  return offset < (spans[low - 1]?.end ?? 0)
}

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteral(node) ||
  ts.isRegularExpressionLiteral(node) ||
  ts.isNoSubstitutionTemplateLiteral(node) ||
  ts.isTemplateHead(node) ||
  ts.isTemplateMiddleOrTemplateTail(node) ||
  ts.isJsxText(node)

const EVERYTHING: Suppression['lines'] = [1, Infinity]

function coveredLines(
  script: Script,
  elements: readonly ts.Node[],
  offset: number,
): Suppression['lines'] {
  const list = elements[0]?.parent
  if (!list || offset < list.getStart(script.syntax)) return EVERYTHING
  const element = elements.find((one) => offset < one.end)
  if (!element) return EVERYTHING
  const last = offsetPlace(script, element.end).line
  return [offsetPlace(script, element.getStart(script.syntax)).line, last]
}

/** The elements of a list file, in the order they are written. */
function listElements(script: Script, { migrations }: Reading): ts.Node[] {
  const starts = new Set(
    migrations
      .filter(({ form, file }) => form === 'list' && file.file === script.file)
      .map(({ position }) => `${position.line}:${position.column}`),
  )
  if (starts.size === 0) return []
  return script.nodes.filter((node) => {
    if (!node.parent || !ts.isArrayLiteralExpression(node.parent)) return false
    const { line, column } = offsetPlace(script, node.getStart(script.syntax))
    return starts.has(`${line}:${column}`)
  })
}

function sqlSuppressions(file: MigrationFile, { migrations }: Reading): Comment[] {
  if (!file.text.includes(MARK.text)) return []
  const owner = migrations.find(
    (one) => one.file.file === file.file || one.downFile?.file === file.file,
  )
  const files = owner
    ? [owner.file.file, ...(owner.downFile ? [owner.downFile.file] : [])]
    : [file.file]
  const start = { file: file.file, line: 1, column: 1 }
  return [...allComments(file.text)].flatMap(({ text, start: offset }) => {
    const content = MARK.inSql.exec(text)?.[1]
    if (content === undefined) return []
    const at = textPlace(file.text, offset, start)
    const all = said(at, content.replace(/\*\/$/, ''))
    return all.map((one) => ({ ...one, files, lines: EVERYTHING }))
  })
}

/** One for each code that a comment names, or one without; a comment with a subject names one code. */
function said(
  at: Position,
  content: string,
): Pick<Suppression, 'at' | 'code' | 'subject' | 'reason' | 'outcome'>[] {
  const [, list, subject = null, reason = ''] = CONTENT.exec(content.trimEnd()) ?? []
  const codes = list?.split(/[ \t]*,[ \t]*/) ?? []
  const readable = codes.length === 1 || (codes.length > 1 && subject === null)
  return (readable ? codes : [null]).map((code) => ({
    at,
    code,
    subject,
    reason: reason.trim() || null,
    outcome: 'pending',
  }))
}
