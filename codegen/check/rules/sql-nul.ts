// Code passes SQL with a NUL character to the database.
import { ts } from 'ts-morph'
import { isSql } from '../../checksum/recognize-sql.js'
import type { Position } from '../../model/diagnostic.js'
import { nodePlace, offsetPlace } from '../subject/place.js'
import type { ReachedCode, Rule, Subject } from '../subject/rule.js'

/**
 * Checks texts that are passed to the database, and all in what `up` and `down` reach that look like SQL by how they begin. SQL
 * that is read as such is checked there.
 */
export const sqlNul: Rule = {
  code: 'SQL_NUL',
  severity: 'error',
  *check(subject) {
    for (const at of places(subject).values()) {
      if (subject.troubled.has(at.file)) continue
      yield {
        at,
        message: `${at.file} has a NUL character in its SQL; the database stops reading there, so what follows would never run, but the migration would still be recorded.`,
        fix: "Remove it, or write `char(0)` or a blob such as `x'00'`.",
      }
    }
  },
}

/** By their text, since a text that is passed to the database may also look like SQL. */
function places({ reading, reachOf, statements }: Subject): Map<string, Position> {
  const handed = statements
    .filter(({ origin, piece }) => origin === 'code' && piece.text.includes(NUL))
    .map(({ piece }) => piece.position)
  const written = reading.migrations
    .flatMap(({ up, down }) => [up, down])
    .flatMap((side) => (side?.kind === 'code' ? reachOf(side) : []))
    .flatMap(textsIn)
  return new Map([...handed, ...written].map((at) => [JSON.stringify(at), at]))
}

const NUL = '\0'

function textsIn({ script, nodes }: ReachedCode): Position[] {
  return [...nodes].flatMap((node) => {
    if (ts.isTemplateExpression(node))
      return isCut(wholeText(node)) ? [nodePlace(script, node)] : []
    if (!ts.isStringLiteralLike(node) || !isCut(node.text)) return []
    return [offsetPlace(script, node.getStart(script.syntax) + 1)]
  })
}

const isCut = (text: string): boolean => text.includes(NUL) && isSql(text)

const wholeText = ({ head, templateSpans }: ts.TemplateExpression): string =>
  [head.text, ...templateSpans.map(({ literal }) => literal.text)].join('x')
