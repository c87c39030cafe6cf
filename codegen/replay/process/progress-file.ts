// Shares how far a replay has come between its process and the build, in a file: written before each side, since a side may never end, and
// read when the process has ended. One message per side would cost more than most sides.
import { orElse } from '../../../src/model/or-else.js'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Standing } from './replay-problems.js'

/** The file descriptor of the file in the process. */
const PROGRESS_FILE = 4

/** The build's side. */
export interface ProgressFile {
  /** To be passed to the process; null if no file can be made, so that nothing will be known. */
  readonly descriptor: number | null
  /** Null before the first side. */
  read(): Standing | null
  close(): void
}

/** Makes a file without a name, so that nothing is left behind however this process ends. */
export function openProgressFile(): ProgressFile {
  const descriptor = openNameless()
  if (descriptor === null) return { descriptor, read: () => null, close: () => {} }
  const close = (): void => closeSync(descriptor)
  return { descriptor, read: () => parse(descriptor), close }
}

function openNameless(): number | null {
  const path = join(tmpdir(), `lockstep-${randomUUID()}`)
  return orElse(() => {
    const descriptor = openSync(path, 'wx+')
    unlinkSync(path)
    return descriptor
  }, null)
}

/** All lines have this length, so that each overwrites the previous one. */
const LENGTH = 64

function parse(descriptor: number): Standing | null {
  const bytes = Buffer.alloc(LENGTH)
  readSync(descriptor, bytes, 0, LENGTH, 0)
  const [, version, direction, needed, runs, judged, script, offset] =
    /^(\d+) (up|down) (?:of (\d+) )?(?:run (\d+) )?(judged )?(?:(\d+) (\d+) )?/.exec(
      bytes.toString('latin1'),
    ) ?? []
  if (version === undefined) return null
  return {
    version: Number(version),
    direction: direction as Standing['direction'],
    ...(needed !== undefined && { needed: Number(needed) }),
    ...(runs !== undefined && { runs: Number(runs) }),
    ...(judged !== undefined && { judged: true }),
    ...(offset !== undefined && { statement: { script: Number(script), offset: Number(offset) } }),
  }
}

/** The process's side. Never throws: a failure only means that less can be reported. */
export function noteProgress(standing: Standing): void {
  const { version, direction, needed, runs, judged, statement } = standing
  const at = statement ? [statement.script, statement.offset] : []
  const of = needed === undefined ? [] : ['of', needed]
  const run = runs === undefined ? [] : ['run', runs]
  const parts = [version, direction, ...of, ...run, ...(judged ? ['judged'] : []), ...at]
  // The migration may have closed a descriptor that it does not know.
  orElse(
    () => writeSync(PROGRESS_FILE, `${parts.join(' ')} `.padEnd(LENGTH), 0, 'latin1'),
    undefined,
  )
}
