// Where tests put their files. In memory where the machine has a folder with room there: a killed process leaves there
// what it leaves on a disk, for it is the system that keeps what was written, and nothing waits for the disk.
import { existsSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const IN_MEMORY = '/dev/shm'

/** Containers often have 64 MB, which an installed package alone would fill. */
const ENOUGH_BYTES = 2 ** 30

/** The folder for temporary files, in memory or not. */
export const temporaryBase = (): string =>
  existsSync(IN_MEMORY) && freeBytes() > ENOUGH_BYTES ? IN_MEMORY : tmpdir()

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(IN_MEMORY)
  return bavail * bsize
}
