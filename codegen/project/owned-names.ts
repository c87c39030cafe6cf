// Names for files and folders that live only for a moment: they tell whose they are, so that what a process that was
// killed has left can be cleared away, and nothing else. Also used beside an application's database: imports nothing but
// Node's own modules.
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

/** Makes an empty folder in `place` that only this user can read, and clears away those of killed processes there. */
export function temporaryFolder(place: string): string {
  for (const name of entriesOf(place))
    if (isAbandoned(place, name, FOLDER)) remove(join(place, name))
  return mkdtempSync(join(place, `${FOLDER_MARK}${owner()}-`))
}

/** Deletes the temporary files in a folder, and what SQLite keeps beside them, whose process is gone. Never fails. */
export function removeAbandoned(folder: string): void {
  for (const name of entriesOf(folder))
    if (isAbandoned(folder, name, FILE)) unlink(join(folder, name))
}

const FILE_MARK = '.lockstep-'
const FOLDER_MARK = 'lockstep-'
const OWNER = '([0-9a-f]{8})-(\\d+)'
const FILE = new RegExp(`.\\${FILE_MARK}${OWNER}-[0-9a-f]{12}\\.tmp(?:-wal|-shm|-journal)?$`)
const FOLDER = new RegExp(`^${FOLDER_MARK}${OWNER}-\\w{6}$`)

/** What a file says of the process that wrote it, so that others know whether it still runs. */
export const ownName = (): string => owner()

/** The number of the process that has this name. */
export const processIn = (name: string): number => Number(/\d+$/.exec(name)?.[0])

/**
 * Whether the process of this name runs beside this one; of another system's nothing is known, and nobody waits for it. What
 * was written more than `staleMs` ago is no sign of life either: numbers are given out again.
 */
export function isRunningBeside(name: string, writtenAt: number, staleMs: number): boolean {
  const [, where, pid] = new RegExp(`^${OWNER}$`).exec(name) ?? []
  if (where !== system() || Number(pid) === process.pid || Date.now() - writtenAt > staleMs)
    return false
  return isAlive(Number(pid))
}

/** This process, and the system in which its number means something. */
const owner = (): string => `${system()}-${process.pid}`

/**
 * The machine since it was started, and the container: numbers of processes say nothing about others, which may share the
 * folder.
 */
function system(): string {
  const parts = [
    hostname(),
    orElse(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), undefined),
    orElse(() => readlinkSync('/proc/self/ns/pid'), undefined),
  ]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)
}

/** What another system has left belongs to nobody when it has not been touched for so long. */
const FOREIGN_AFTER_MS = 24 * 3_600_000

/**
 * In a folder that everybody writes to, names prove nothing: what belongs to another user is left alone. Root alone gives
 * its files away, to the owner of the database that they are copied from, and takes such names off again whoever has them:
 * of a file only the name goes, so that nobody loses by it what was not made under such a name.
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
    // One that was killed and that nobody has asked for its end, as in a container without an init process, answers too.
    return !/^\d+ \(.*\) [ZX] /s.test(orElse(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), ''))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const entriesOf = (folder: string): string[] => orElse(() => readdirSync(folder), [])

/** Never more than a name, even where something else has taken its place by now. */
const unlink = (path: string): void => orElse(() => unlinkSync(path), undefined)

/** Two that clear away at once meet here, and what cannot be removed is in nobody's way. */
const remove = (path: string): void =>
  orElse(() => rmSync(path, { recursive: true, force: true }), undefined)
