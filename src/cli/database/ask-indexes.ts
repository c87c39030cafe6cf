// Asks full-text indexes whether they fit the rows that they are over. To answer they need to write: a copy is asked.
import { chmodSync } from 'node:fs'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { problemOf } from '../../errors/lockstep-error.js'
import { integrityIndex } from '../../errors/schema.js'
import type { Problem } from '../../model/report.js'
import type { Verification } from '../../model/verification.js'
import { externalContent, refill, selfCheck } from '../../schema/external-content.js'
import { temporaryPath } from '../../../codegen/owned-names.js'
import { copyDatabase } from '../backup/copy-database.js'
import { removeDatabase } from '../backup/durable-file.js'
import { openForReading, openForWriting } from './open-database.js'
import type { ReadableDatabase } from './read-database.js'
import { withProblems } from './with-problems.js'

/**
 * The verification with what the indexes say that were not checked. Where no copy can be made, for lack of room or
 * because the file is damaged, all of them stay unchecked, and so does one that cannot be asked.
 */
export async function askIndexes(
  { path, handle, settings }: ReadableDatabase,
  verification: Verification,
): Promise<Verification> {
  if (verification.unchecked.length === 0) return verification
  const copy = temporaryPath(`${path}.verify`)
  try {
    await copyDatabase(handle, copy, { open: (file) => openForReading(settings, file) })
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
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT')) return 'silent'
    return problemOf(integrityIndex(found.name, content.table, refill(found.name)), 'error')
  }
}
