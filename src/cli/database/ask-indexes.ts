// Asks full-text indexes whether they match the rows they index. They need to write for that, so a copy is asked.
import { chmodSync } from 'node:fs'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { problemOf } from '../../errors/lockstep-error.js'
import { integrityIndex } from '../../errors/schema.js'
import { messageOf } from '../terminal/describe-error.js'
import type { Problem } from '../../model/report.js'
import type { Verification } from '../../model/verification.js'
import { anyHeld, externalContent, refill, selfCheck } from '../../schema/external-content.js'
import { quoteIdentifier } from '../../sql/names.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyDatabase } from '../backup/copy-database.js'
import { removeDatabase } from '../backup/durable-file.js'
import { openForReading, openForWriting } from './open-database.js'
import type { ReadableDatabase } from './read-database.js'
import { withProblems } from './with-problems.js'
import { orElse } from '../../model/or-else.js'

/**
 * The verification with the results of the unchecked indexes. If no copy can be made, for lack of space or because the file is
 * damaged, all stay unchecked, and so does one for which the connection lacks something.
 */
export async function askIndexes(
  { path, handle, settings }: ReadableDatabase,
  verification: Verification,
): Promise<Verification> {
  if (verification.unchecked.length === 0 || isDamaged(verification)) return verification
  const copy = temporaryPath(`${path}.verify`)
  try {
    const open = (file: string): Promise<ClientHandle> => openForReading(settings, file)
    await copyDatabase(handle, copy, { open, unchecked: true })
    chmodSync(copy, 0o600)
    const asked = await openForWriting(settings, copy)
    try {
      return answered(asked, verification)
    } finally {
      asked.close()
    }
  } catch {
    return verification
  } finally {
    removeDatabase(copy)
  }
}

/** SQLite's messages about an index or row that does not match; such a copy is as good as the file. */
const MISFIT =
  /inverted index for FTS|^(?:CHECK constraint failed|NULL value|non-unique|row \d+ missing|wrong # of entries)/

const isDamaged = ({ problems }: Verification): boolean =>
  problems.some(
    ({ code, facts }) =>
      code === 'INTEGRITY_BROKEN' &&
      !((facts?.['findings'] ?? []) as readonly string[]).every((finding) => MISFIT.test(finding)),
  )

function answered(copy: ClientHandle, verification: Verification): Verification {
  const answers = verification.unchecked.map((object) => ({ object, answer: ask(copy, object) }))
  const problems = answers.flatMap(({ answer }) => (typeof answer === 'object' ? [answer] : []))
  const unchecked = answers.filter(({ answer }) => answer === 'silent').map(({ object }) => object)
  return { ...withProblems(verification, problems), unchecked }
}

const FIND =
  "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND type || ' ' || name = ? COLLATE NOCASE"

function ask(copy: ClientHandle, object: string): Problem | 'fits' | 'silent' {
  const found = copy.prepare<[string], NamedSql>(FIND).get(object)
  return found ? askOne(copy, found) : 'silent'
}

interface NamedSql {
  readonly name: string
  readonly sql: string
}

const ALL =
  "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"

/** The problems reported by the indexes of a writable database, except ignored ones. */
export const indexProblems = (
  copy: ClientHandle,
  isIgnored: (table: string) => boolean,
): Problem[] =>
  copy
    .prepare<[], NamedSql>(ALL)
    .all()
    .filter(({ name }) => !isIgnored(name))
    .map((found) => askOne(copy, found))
    .filter((answer) => typeof answer === 'object')

function askOne(copy: ClientHandle, { name, sql }: NamedSql): Problem | 'fits' | 'silent' {
  const content = externalContent(sql)
  if (!content) return 'silent'
  const problem = (more: Parameters<typeof integrityIndex>[3]): Problem =>
    problemOf(integrityIndex(name, content.table, refill(name), more), 'error')
  try {
    copy.exec(selfCheck(name, content))
    return 'fits'
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT'))
      return problem({ empty: isEmpty(copy, name) })
    const reason = whyUnreadable(copy, name)
    // Without a function or tokenizer of the application, the result is unknown.
    return /^no such (?:column|table):/.test(reason) ? problem({ reason }) : 'silent'
  }
}

/** If that is unknown, it may hold rows. */
const isEmpty = (copy: ClientHandle, name: string): boolean =>
  orElse(() => copy.prepare(anyHeld(name)).get() === undefined, false)

/** The check itself only says `SQL logic error`. */
function whyUnreadable(copy: ClientHandle, name: string): string {
  try {
    copy.prepare(`SELECT * FROM main.${quoteIdentifier(name)} LIMIT 1`).all()
    return ''
  } catch (error) {
    return messageOf(error)
  }
}
