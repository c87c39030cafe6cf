// Reads the text that a migration was bundled into.
import { join } from 'node:path'
import type { RegistryEntry, Toolkit } from '../../src/model/registry.js'
import { repeatedly, type Given } from '../bundle/evaluate-module.js'
import { reasonOf } from '../bundle/load-module.js'
import type { RecordKey } from './record-folder.js'

/** A migration as an entry of a registry. */
export interface ReadStep {
  readonly entry: RegistryEntry<unknown>
  /** All of its code, including helpers. */
  readonly text: string
}

/**
 * What a text lacks: Lockstep itself, by entry point, and the tools of `ctx`. `refuse` is called for a record that was found but
 * can no longer be loaded.
 */
export interface Lent {
  readonly doors: Given
  readonly toolkit: Toolkit
  refuse(what: Unusable): void
}

/** A record that was found but cannot be loaded. */
export interface Unusable {
  readonly version: number
  /** `Its record`, or the commit. */
  readonly source: string
  readonly reason: string
}

/** A text, its origin, and the file of the migration, relative to the project's folder. */
export interface StepText {
  readonly source: string
  readonly code: string
  readonly file: string
  readonly root: string
}

/**
 * The registry entry in a text, with the tools that it uses; null if it does not match the key, or cannot be loaded, for example
 * because a package is gone. Its imports are resolved from its file, relative to `root`, upwards.
 */
export function readStep(
  { source, ...text }: StepText,
  key: RecordKey,
  { doors, toolkit, refuse }: Lent,
): ReadStep | null {
  try {
    const { code, file, root } = text
    const { entry } = repeatedly(code, join(root, file), doors)() as Partial<
      Pick<ReadStep, 'entry'>
    >
    const { downChecksum = entry?.downChecksum ?? null } = key
    if (entry?.checksum !== key.checksum || (entry.downChecksum ?? null) !== downChecksum)
      return null
    const tools = entry.toolkit && { toolkit }
    return { entry: { ...entry, version: key.version, ...tools }, text: code }
  } catch (cause) {
    refuse({ version: key.version, source, reason: reasonOf(cause) })
    return null
  }
}
