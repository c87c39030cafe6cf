// Proves the SQL migrations of a folder for real, and answers what the rules of the replay find.
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { proveFiles } from '../proven/prove-project.js'
import { judged, sqlFile } from './replayed-folder.js'

/** SQL migrations: each as `up`, as `up` and `down`, or as a whole file. */
export type History = readonly (string | readonly [up: string, down: string])[]

/** The findings of the replay rules about a history. */
export const proveHistory = async (...steps: History): Promise<Diagnostic[]> =>
  judged(await proveFiles(filesOf(steps)))

/** `VERSION severity CODE` of each finding. */
export async function findingsIn(...steps: History): Promise<string[]> {
  const found = await proveHistory(...steps)
  return found.map(({ file, severity, code }) => `${/\d+/.exec(file)?.[0]} ${severity} ${code}`)
}

const filesOf = (steps: History): Record<string, string> =>
  Object.fromEntries(
    steps.map((step, at) => [
      `migrations/${String(at + 1).padStart(3, '0')}_m.sql`,
      typeof step === 'string' ? upOnly(step) : sqlFile(step[0], step[1]),
    ]),
  )

const upOnly = (step: string): string =>
  step.includes('-- migrate:up') ? step : `-- irreversible: a test\n-- migrate:up\n${step}\n`
