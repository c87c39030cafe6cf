// Finds the place in a migration's own code where an error was thrown, from its stack. Pure.
import { isOwnFile } from '../../project/lockstep-package.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import type { Direction, StepPlace } from '../../model/evidence.js'
import { stackPlaces, type StackPlace } from '../../project/stack-places.js'

/** The innermost frame in the migration's own file, else in a file outside any package, such as a helper; null if there is none. */
export function frameOf(
  error: unknown,
  entry: Pick<RegistryEntry<never>, 'file' | 'downFile'>,
  direction: Direction,
): StepPlace['frame'] {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack
  return frameAmong(typeof stack === 'string' ? stackPlaces(stack) : [], entry, direction)
}

/** The same for frames that are already parsed. */
export function frameAmong(
  frames: readonly StackPlace[],
  entry: Pick<RegistryEntry<never>, 'file' | 'downFile'>,
  direction: Direction,
): StepPlace['frame'] {
  const own = `/${(direction === 'down' && entry.downFile) || entry.file}`
  return frames.find(({ file }) => posix(file).endsWith(own)) ?? frames.find(isTheirs) ?? null
}

const posix = (file: string): string => file.replaceAll('\\', '/')

/** Packages are neither at fault nor to be fixed here, least of all Lockstep itself. */
export const isTheirs = ({ file }: StackPlace): boolean =>
  !posix(file).includes('/node_modules/') && !isOwnFile(file) && !isRegistry(file)

/** Code in the registry itself was generated from what the migration declares. */
const isRegistry = (file: string): boolean => posix(file).endsWith('/_lockstep-registry.ts')
