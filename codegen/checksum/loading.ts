// Knows the files that are loaded with a migration, and answers questions about all of them together for both of its sides.
import { memo } from '../../src/model/collected.js'
import type { ts } from 'ts-morph'
import { LoadTime } from '../loading/at-load.js'
import { hasHalfLiteral, READING_BACK, sinksIn } from './data-sinks.js'
import { dataTexts, type DataTexts } from './data-texts.js'
import { hiddenCallsIn, joinHidden } from '../loading/hidden-calls.js'
import { loadOrder } from '../loading/load-order.js'
import type { Modules } from '../loading/resolve-name.js'
import { isStill } from '../loading/still.js'
import { changesIn } from './changes-in.js'
import { sourcesIn } from './sources-in.js'
import { calleesAmong } from './stand-ins.js'
import { valueSources, type ValueSources } from './value-sources.js'

/** Caches what is read from the syntax of one file alone, for all migrations that load it. */
export class KnownFiles {
  readonly modules: Modules
  readonly hidden = memo(hiddenCallsIn)
  readonly sources = memo(sourcesIn)
  readonly changes = memo(changesIn)
  readonly sinks = memo(sinksIn)
  readonly readsBack = memo(
    (file: ts.SourceFile) => READING_BACK.test(file.text) || hasHalfLiteral(file),
  )
  readonly isStill = memo((file: ts.SourceFile) => isStill(file, this.modules.index(file)))
  /** What a migration loads, shared by both of its sides. */
  readonly loading = memo((migration: ts.SourceFile) => new Loading(migration, this))

  constructor(modules: Modules) {
    this.modules = modules
  }
}

/** What one migration loads. */
export class Loading {
  readonly #known: KnownFiles
  readonly #files: readonly ts.SourceFile[]
  readonly time: LoadTime
  #sources: ValueSources | null = null
  #data: DataTexts | null = null

  constructor(migration: ts.SourceFile, known: KnownFiles) {
    this.#known = known
    this.#files = loadOrder(migration, known.modules)
    this.time = new LoadTime(known.modules, () => joinHidden(this.#files.map(known.hidden)))
  }

  /** All files in the order in which they are loaded, then the files of `more` that are not loaded. */
  filesWith(more: Iterable<ts.SourceFile>): ts.SourceFile[] {
    return [...new Set([...this.#files, ...more])]
  }

  /** Whether the syntax of a file alone shows that loading it has no effects. */
  isStill(file: ts.SourceFile): boolean {
    return this.#known.isStill(file)
  }

  /** Whether a node passes a text to the database unchanged. */
  isRunning(node: ts.Node): boolean {
    return this.#valueSources().isRunning(node)
  }

  /** Whether a text may be data, even if it looks like SQL. */
  isData(node: ts.Node): boolean {
    return this.#dataTexts().has(node)
  }

  /** Whether code may read back the text of the statement prepared from a text. */
  isReadBack(node: ts.Node): boolean {
    return this.#files.some(this.#known.readsBack) && this.#dataTexts().get(node) === true
  }

  #dataTexts(): DataTexts {
    return (this.#data ??= dataTexts(this.#valueSources(), this.#files.flatMap(this.#known.sinks)))
  }

  #valueSources(): ValueSources {
    const { sources, changes } = this.#known
    return (this.#sources ??= valueSources(
      this.#files.map(sources),
      calleesAmong(this.#files.flatMap(changes)),
    ))
  }
}
