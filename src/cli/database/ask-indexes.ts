// Asks full-text indexes whether they fit the rows that they are over. To answer they need to write: a copy is asked.
import { chmodSync } from 'node:fs'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { problemOf } from '../../errors/lockstep-error.js'
import { integrityIndex } from '../../errors/schema.js'
import { messageOf } from '../describe-error.js'
import type { Problem } from '../../model/report.js'
import type { Verification } from '../../model/verification.js'
import { externalContent, refill, selfCheck } from '../../schema/external-content.js'
import { quoteIdentifier } from '../../sql/names.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { copyDatabase } from '../backup/copy-database.js'
import { removeDatabase } from '../backup/durable-file.js'
import { openForReading, openForWriting } from './open-database.js'
import type { ReadableDatabase } from './read-database.js'
import { withProblems } from './with-problems.js'

/**
 * The verification with what the indexes say that were not checked. Where no copy can be made, for lack of room or
 * because the file is damaged, all of them stay unchecked, and so does one for which the connection lacks something.
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

/** What SQLite says of an index or a row that does not fit the others; a copy is as good as the file nevertheless. */
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
  const found = copy.prepare<[string], { name: string; sql: string }>(FIND).get(object)
  const content = externalContent(found?.sql ?? '')
  if (!found || !content) return 'silent'
  try {
    copy.exec(selfCheck(found.name, content))
    return 'fits'
  } catch (error) {
    const { name } = found
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT'))
      return problemOf(integrityIndex(name, content.table, refill(name)), 'error')
    const reason = whyUnreadable(copy, name)
    // Without a function or a tokenizer of the application nothing is known.
    if (!/^no such (?:column|table):/.test(reason)) return 'silent'
    return problemOf(integrityIndex(name, content.table, refill(name), reason), 'error')
  }
}

/** The check itself says no more than `SQL logic error`. */
function whyUnreadable(copy: ClientHandle, name: string): string {
  try {
    copy.prepare(`SELECT * FROM main.${quoteIdentifier(name)} LIMIT 1`).all()
    return ''
  } catch (error) {
    return messageOf(error)
  }
}
