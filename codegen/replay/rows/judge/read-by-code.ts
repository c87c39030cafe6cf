// Tells whether code may read a column of the rows that it writes anew. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { codeIn } from '../../../../src/plan/scripts.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isQuery } from '../watch/statement-effect.js'

/**
 * Whether it names the column outside of texts, as in `row.kind`, or in a query, or calls functions that may; not known for SQL.
 */
export function isReadByCode({ entry, direction, effects }: ObservedSide, column: string): boolean {
  const text = codeIn(entry, direction)
  if (text === null) return true
  const isQueried = effects.some(
    (one) => isQuery(one) && one.tokens.some((token) => plainName(token) === foldCase(column)),
  )
  const code = outsideTexts(text)
  const isNamed = code.split(/[^\w$]+/).some((word) => isSameName(word, column))
  return isQueried || isNamed || HELPED.test(code)
}

/** Without texts, but with what they are made of, and with names in brackets, as in `row['kind']`. */
const outsideTexts = (code: string): string =>
  code.replaceAll(TEXT, (text) =>
    text.startsWith('`')
      ? [...text.matchAll(PART)].join(' ')
      : NAME.test(text)
        ? text.slice(1, -1)
        : '',
  )

const TEXT = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

const PART = /\$\{[^}]*\}/g

const NAME = /^['"]\w+['"]$/

/** A function of its own, called with something or handed to `map` and the like. */
const HELPED =
  /(?<![.\w$])(?!(?:if|for|while|switch|catch|up|down|function|String|Number|BigInt|Boolean)\b)[A-Za-z_$][\w$]*\((?!\s*\))|\.(?:map|forEach|flatMap|filter|reduce)\(\s*[\w$]+\s*[,)]/
