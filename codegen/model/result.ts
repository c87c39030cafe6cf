// What the doors of the build answer. Types only.
import type { Diagnostic } from './diagnostic.js'
import type { ScaledStep } from './scaled-step.js'
import type { Pins } from './registry-item.js'

/** What the static rules found. */
export interface LintResult {
  /** Whether there is no error among the diagnostics. */
  readonly ok: boolean
  /** Sorted by file, line and column. */
  readonly diagnostics: readonly Diagnostic[]
  readonly migrations: number
  /** The newest version, 0 for an empty folder. */
  readonly head: number
}

/** How to generate. */
export interface GenerateOptions {
  /** With false nothing is written, and a generated file that is missing, stale or edited is an error. */
  readonly write: boolean
  /** Is told what each version was found to be; not where nothing has changed, because the registry on disk says it then. */
  readonly onPins?: (pins: Pins) => void
}

/** An object, the file that makes it first, and whether it is there at the end. */
export interface MadeObject {
  readonly file: string
  readonly stays: boolean
}

/** What a history makes. */
export interface Made {
  /** By object, such as `table users`; empty where nothing is proven. */
  readonly objects: Readonly<Record<string, MadeObject>>
  /** The other histories that its migrations need. */
  readonly needs: readonly string[]
}

/** What a generation did and found; `ok` means that the generated files are now what they should be. */
export interface GenerateResult extends LintResult {
  /** How many versions could be applied in replay; 0 without it. */
  readonly replayed: number
  /** How many of them were replayed in this run; the others are remembered from an earlier one. */
  readonly replayedNow: number
  /** The codes of the errors for which replay was left out, or ended before them, though it was wanted. */
  readonly obstacles: readonly string[]
  /** The first migration that is not written yet and all after it, by their files: what is generated is without them. */
  readonly drafts: readonly string[]
  readonly made: Made
  /** How long the newest steps take on more rows, where the settings ask for that and all is proven. */
  readonly scaled: readonly ScaledStep[]
  /** Empty when an error in the migrations kept the generator from knowing what the files should be. */
  readonly files: readonly GeneratedFile[]
}

/**
 * What became of a generated file. `stale` is one that is not what it should be, and was left so; `removed` is one that
 * the settings no longer ask for.
 */
export interface GeneratedFile {
  /** Relative to the project, with `/`. */
  readonly file: string
  readonly state: 'written' | 'unchanged' | 'removed' | 'stale'
}
