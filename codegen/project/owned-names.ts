// Names for short-lived files and folders that identify their owner, so that the leftovers of killed processes can be removed,
// and nothing else. Also used beside an application's database: imports nothing but Node's own modules.
import { createHash, randomBytes } from 'node:crypto'
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { orElse } from '../../src/model/or-else.js'

/** A name beside the file that nobody else uses. */
export const temporaryPath = (file: string): string =>
  `${file}${FILE_MARK}${owner()}-${randomBytes(6).toString('hex')}.tmp`

/** Creates an empty folder in `place` that only this user can read, and removes those of killed processes there. */
export function temporaryFolder(place: string): string {
  for (const name of entriesOf(place))
    if (isAbandoned(place, name, FOLDER)) remove(join(place, name))
  return mkdtempSync(join(place, `${FOLDER_MARK}${owner()}-`))
}

/** Deletes the temporary files in a folder whose process is gone, with SQLite's files beside them. Never fails. */
export function removeAbandoned(folder: string): void {
  for (const name of entriesOf(folder))
    if (isAbandoned(folder, name, FILE)) unlink(join(folder, name))
}

const FILE_MARK = '.lockstep-'
const FOLDER_MARK = 'lockstep-'
const OWNER = '([0-9a-f]{8})-(\\d+)'
const FILE = new RegExp(`.\\${FILE_MARK}${OWNER}-[0-9a-f]{12}\\.tmp(?:-wal|-shm|-journal)?$`)
const FOLDER = new RegExp(`^${FOLDER_MARK}${OWNER}-\\w{6}$`)

/** The name of this process for a file, by which others find out whether it still runs. */
export const ownName = (): string => owner()

/** The process id in such a name. */
export const processIn = (name: string): number => Number(/\d+$/.exec(name)?.[0])

/**
 * Whether the process of this name is another one that runs on this system; false for other systems, about which nothing is
 * known. False as well if the file was written more than `staleMs` ago: process ids are reused.
 */
export function isRunningBeside(name: string, writtenAt: number, staleMs: number): boolean {
  const [, where, pid] = new RegExp(`^${OWNER}$`).exec(name) ?? []
  if (where !== system() || Number(pid) === process.pid || Date.now() - writtenAt > staleMs)
    return false
  return isAlive(Number(pid))
}

/** This process, and the system in which its id is valid. */
const owner = (): string => `${system()}-${process.pid}`

/** The machine since its last start, and the container: process ids mean nothing in others, which may share the folder. */
function system(): string {
  const parts = [
    hostname(),
    orElse(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), undefined),
    orElse(() => readlinkSync('/proc/self/ns/pid'), undefined),
  ]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)
}

/** Files of another system are abandoned if they have not been touched for this long. */
const FOREIGN_AFTER_MS = 24 * 3_600_000

/**
 * In a folder that everybody can write to, names prove nothing: files of another user are left alone. Only root gives its files
 * away, to the owner of the database that they are copied from, and removes such names whoever owns them: only a name of the file
 * is removed, so that nothing is lost that was not created under such a name.
 */
function isAbandoned(folder: string, name: string, form: RegExp): boolean {
  const [, where, pid] = form.exec(name) ?? []
  if (pid === undefined) return false
  const found = orElse(() => lstatSync(join(folder, name)), undefined)
  if (!found || found.isSymbolicLink() || found.isDirectory() !== (form === FOLDER)) return false
  const user = process.getuid?.() ?? found.uid
  if (user !== found.uid && (user !== 0 || form === FOLDER)) return false
  if (where === system()) return !isAlive(Number(pid))
  return Date.now() - found.mtimeMs > FOREIGN_AFTER_MS
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A killed process that has not been reaped yet, as in a container without an init process, still responds.
    return !/^\d+ \(.*\) [ZX] /s.test(orElse(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), ''))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const entriesOf = (folder: string): string[] => orElse(() => readdirSync(folder), [])

/** Only removes the name, even if something else has taken it by now. */
const unlink = (path: string): void => orElse(() => unlinkSync(path), undefined)

/** Two cleanups may collide here, and what cannot be removed does no harm. */
const remove = (path: string): void =>
  orElse(() => rmSync(path, { recursive: true, force: true }), undefined)
