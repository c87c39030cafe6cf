// A comment resembles a Lockstep directive, but is none.
import { distance } from 'fastest-levenshtein'
import { foldCase } from '../../../src/sql/names.js'
import { outlineSql } from '../../parse/sql-outline.js'
import { allComments } from '../../sql/sql-comments.js'
import { textPlace } from '../../diagnostics/text-place.js'
import { offsetPlace } from '../subject/place.js'
import type { Finding, Rule, Script } from '../subject/rule.js'
import { commentsLike, type Mark } from '../subject/suppressions.js'
import type { MigrationFile } from '../../model/migration.js'

/** Only for comments in the form of one: prose about Lockstep, or about a transaction, means nothing else. */
export const directiveUnknown: Rule = {
  code: 'DIRECTIVE_UNKNOWN',
  severity: 'warning',
  *check({ reading, scripts }) {
    for (const file of reading.discovery.files) if (file.kind !== 'script') yield* inSql(file)
    for (const script of scripts) yield* inScript(script)
  },
}

function* inSql(file: MigrationFile): Iterable<Finding> {
  const start = { file: file.file, line: 1, column: 1 }
  const text = file.text.replaceAll('\r\n', '\n')
  for (const comment of allComments(text)) {
    const content = LIKE_OURS.inSql.exec(comment.text)?.[1]
    const meant = content === undefined ? undefined : meantBy(content)
    if (meant) yield finding(textPlace(text, comment.start, start), comment.text, meant)
  }
  for (const comment of outlineSql(text).others) {
    const meant = optionMeantBy(comment.text)
    if (meant) yield finding(textPlace(text, comment.start, start), comment.text, meant)
  }
}

function* inScript(script: Script): Iterable<Finding> {
  for (const { index, content } of commentsLike(script, LIKE_OURS)) {
    const meant = meantBy(content.replace(/\*\/.*$/, ''))
    if (!meant) continue
    const nearest = meant.nearest === KNOWN['ignore'] ? meant.nearest : null
    yield finding(offsetPlace(script, index), content, { nearest })
  }
}

/** Begins with Lockstep's name, followed by something. */
const LIKE_OURS: Mark = {
  text: 'ockstep',
  inScript: /(?:\/\/+|\/\*+)[ \t]*(@?lockstep[^\r\n]*)/gi,
  inSql: /^(?:--+|\/\*+)[ \t]*(@?lockstep[^\r\n]*)/i,
}

/** All directives of Lockstep in comments, by the word that identifies them, as they are written. */
const KNOWN: Readonly<Record<string, string>> = {
  ignore: 'lockstep-ignore CODE: reason',
  migrate: '-- migrate:up',
  up: '-- migrate:up',
  down: '-- migrate:down',
  transaction: '-- transaction: false',
  foreign_keys: '-- foreign_keys: enforce',
  irreversible: '-- irreversible: reason',
  effects: '-- effects: what it does outside of the database',
  description: '-- description: text',
}

interface Meant {
  /** The nearest spelling; null if none is close. */
  readonly nearest: string | null
}

const DIRECTIVE = /^@?lockstep([-_:]|:?[ \t]+)([a-z][\w-]*)[ \t]*(.*)$/i
const CODE = /^[A-Z][A-Z0-9_]*[A-Z0-9](?![\w-])|^[A-Z]\b/

/** Null for prose, and for what is correct or has another finding. */
function meantBy(content: string): Meant | null {
  if (/^lockstep-ignore\b/.test(content)) return null
  const [, separator = '', name = '', end = ''] = DIRECTIVE.exec(content) ?? []
  const rest = end.replace(/\*\/\s*$/, '').trim()
  const near = nearestOf(name)
  const nearest = near === undefined ? null : KNOWN[near]!
  if (near === 'ignore' && CODE.test(rest)) return { nearest }
  const isJoined = separator === '-' || separator === ':'
  const isDirective = rest === '' || /^[:=]/.test(rest) || /^[A-Z]+_[A-Z0-9_]+\b/.test(rest)
  return name !== '' && isJoined && isDirective ? { nearest } : null
}

function nearestOf(name: string): string | undefined {
  const folded = foldCase(name).replaceAll('-', '_')
  const slips = folded.length < 5 ? 0 : 2
  const near = Object.keys(KNOWN).find((known) => distance(known, folded) <= slips)
  return near ?? (LIKE_IGNORE.test(folded) ? 'ignore' : undefined)
}

/** The equivalents in other tools. */
const LIKE_IGNORE = /^(?:ignore|disable|suppress|skip|allow)(?:_|$)/

const OPTION =
  /^--+[ \t]*@?(?:lockstep:?[ \t]+)?([a-z]+(?:[-_][a-z]+| keys?)?)[ \t]*([:=]?)[ \t]*(.*)$/i
/** The values of options, and what might be taken for them. */
const VALUE = /^(?:true|false|on|off|yes|no|none|enforce)$/i

/** As other tools switch the transaction off, and nothing else on the line: `-- no-transaction`, `-- +goose NO TRANSACTION`. */
const NEGATED =
  /^--+[ \t]*(?:\+\w+[ \t]+|@?lockstep:?[ \t]+|@)?(?:disable|no|non|not|skip|without)(?:[-_ ]?ddl)?([-_ ]?)([a-z]+)[ \t]*(?:[.;]|[:=][ \t]*(?:true|on|yes)?)?$/i

/** Not `no translation`; `no transactions` speaks of rows. */
function isNegated(text: string): boolean {
  const [, between = '', word = ''] = NEGATED.exec(text) ?? []
  const folded = foldCase(word)
  const isProse = /^trans(?:la|i)tion/.test(folded) || (between === ' ' && folded.endsWith('s'))
  return distance('transaction', folded) <= 2 && !isProse
}

/** For a line such as `-- transacton: false`, which is a directive except for a typo. */
function optionMeantBy(text: string): Meant | null {
  if (isNegated(text.trimEnd())) return { nearest: KNOWN['transaction']! }
  const [, word = '', sign, value = ''] = OPTION.exec(text.trimEnd()) ?? []
  const folded = foldCase(word).replaceAll(/[- ]/g, '_')
  const isNear = (name: string): boolean => distance(name, folded) <= 2
  const option = ['transaction', 'foreign_keys'].find(isNear)
  if (option !== undefined && VALUE.test(value)) return { nearest: KNOWN[option]! }
  // In prose `descriptions:` is a word of its own.
  const stated = ['irreversible', 'description'].find(isNear) ?? (isEffects(folded) && 'effects')
  if (!stated || folded === `${stated}s`) return null
  const isAlone = stated === 'irreversible' && value === ''
  return sign !== '' || isAlone ? { nearest: KNOWN[stated]! } : null
}

/** `affects:` and `effect:` are words of a sentence. */
const isEffects = (word: string): boolean =>
  distance('effects', word) <= 1 && !/^(?:affects|effect)$/.test(word)

function finding(at: Finding['at'], text: string, { nearest }: Meant): Finding {
  const shown = text.replace(/^(?:--+|\/\*+)[ \t]*|[ \t]*\*\/$/g, '').trim()
  return {
    at,
    message: `The comment \`${shown}\` in ${at.file} looks like one that Lockstep reads but is not, so it has no effect.`,
    fix: `${nearest === null ? '' : `Write \`${nearest}\` if that is what you mean. `}Lockstep reads ${ALL}; reword the comment if it is for human readers.`,
  }
}

const ALL = `\`${KNOWN['ignore']!}\`, and on lines of SQL files ${[...new Set(Object.values(KNOWN))]
  .slice(1)
  .map((one) => `\`${one}\``)
  .join(', ')}`
