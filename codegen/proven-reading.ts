// What a build knows of its migrations once they are replayed. Types only.
import type { Drafts } from './find-drafts.js'
import type { Proof } from './model/evidence.js'
import type { RegistryItem } from './model/registry-item.js'
import type { LintResult } from './model/result.js'
import type { ScaledStep } from './model/scaled-step.js'
import type { SnapshotProof } from './model/snapshot-proof.js'

/** The migrations with everything that is wrong with them, and what was proven about them. */
export interface ProvenReading extends LintResult {
  /** Empty when an error keeps the migrations from being taken for a history. */
  readonly items: readonly RegistryItem[]
  /** Null without replay, and where it was not possible. */
  readonly proof: Proof | null
  /** Files, absolute, that the proof depends on besides the migrations folder. */
  readonly consulted: readonly string[]
  /** How many versions of the proof are only remembered, from version 1 on. */
  readonly known: number
  /** How long its newest steps take on more rows, where the settings ask for that. */
  readonly scaled: readonly ScaledStep[]
  /** What a new database can begin with, where the settings ask for that. */
  readonly snapshot: SnapshotProof | null
  /** What is not written yet, and was left out with all after it. */
  readonly drafts: Drafts
  /** The codes of the errors for which the settings' wish to replay was not followed, or not to the end. */
  readonly obstacles: readonly string[]
}
