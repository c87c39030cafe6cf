// The files that are loaded with a migration, and what both of its sides ask about all of them together.
import type { ts } from 'ts-morph'
import { LoadTime } from '../loading/at-load.js'
import { sinksIn } from './data-sinks.js'
import { dataTexts } from './data-texts.js'
import { hiddenCallsIn, joinHidden } from '../loading/hidden-calls.js'
import { loadOrder } from '../loading/load-order.js'
import { perFile } from '../loading/per-file.js'
import type { Modules } from '../loading/resolve-name.js'
import { isStill } from '../loading/still.js'
import { sourcesIn } from './value-sources.js'

/** What is read from the syntax of one file alone, once for all migrations that load it. */
export class KnownFiles {
  readonly modules: Modules
  readonly hidden = perFile(hiddenCallsIn)
  readonly sources = perFile(sourcesIn)
  readonly sinks = perFile(sinksIn)
  readonly isStill = perFile((file) => isStill(file, this.modules.index(file)))
  /** What a migration loads, which both of its sides ask about. */
  readonly loading = perFile((migration) => new Loading(migration, this))

  constructor(modules: Modules) {
    this.modules = modules
  }
}

/** What one migration loads. */
export class Loading {
  readonly #known: KnownFiles
  readonly #files: readonly ts.SourceFile[]
  readonly time: LoadTime
  #data: ReadonlySet<ts.Node> | null = null

  constructor(migration: ts.SourceFile, known: KnownFiles) {
    this.#known = known
    this.#files = loadOrder(migration, known.modules)
    this.time = new LoadTime(known.modules, () => joinHidden(this.#files.map(known.hidden)))
  }

  /** All files in the order in which they are loaded, and after them those of `more` that are not. */
  filesWith(more: Iterable<ts.SourceFile>): ts.SourceFile[] {
    return [...new Set([...this.#files, ...more])]
  }

  /** Whether it can be told from the syntax of a file alone that nothing acts when it is loaded. */
  isStill(file: ts.SourceFile): boolean {
    return this.#known.isStill(file)
  }

  /** Whether a text may be data, however much it looks like SQL. */
  isData(node: ts.Node): boolean {
    const { sources, sinks } = this.#known
    this.#data ??= dataTexts(this.#files.map(sources), this.#files.flatMap(sinks))
    return this.#data.has(node)
  }
}
