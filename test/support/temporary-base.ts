// Where tests put their files: in memory if the machine has such a folder with enough space. Nothing waits for the disk then, and
// killing a process leaves the same files there as on a disk, because the system keeps what was written.
import { existsSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const IN_MEMORY = '/dev/shm'

/** The least free space to use it. Containers often have 64 MB, which a single installed package would fill. */
const ENOUGH_BYTES = 2 ** 30

/** The folder for temporary files, in memory or not. */
export const temporaryBase = (): string =>
  existsSync(IN_MEMORY) && freeBytes() > ENOUGH_BYTES ? IN_MEMORY : tmpdir()

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(IN_MEMORY)
  return bavail * bsize
}
