// A generated file with its intended content.

/** The content of a generated file: the registry, types in TypeScript, SQL, or a page of Markdown. */
export type GeneratedKind = 'registry' | 'types' | 'sql' | 'page'

/** A file with its intended content. */
export interface WantedFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the project, for messages. */
  readonly file: string
  /** The project, whose formatter and configuration are used. */
  readonly root: string
  /** Complete, but not yet formatted. */
  readonly text: string
  /** The same text, if parts of it can be formatted separately. */
  readonly parts?: Parts
  /** How it is compared and formatted; a registry by default. */
  readonly kind?: GeneratedKind
  /** It only exists so that its importers compile: an existing file is better, whatever it holds. */
  readonly standIn?: true
}

/**
 * A text in parts. A piece holds whole lines and is formatted the same wherever it is among others of its kind; a plain string
 * depends on what is around it. A text begins and ends with such a string.
 */
export type Parts = readonly (string | Piece)[]

/** A part that can be formatted once for many runs. */
export interface Piece {
  readonly piece: string
}

/** The whole text. */
export const textOf = (parts: Parts): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.piece)).join('')

/** Texts as pieces, except for the last: whether a comma or an empty line follows it depends on what comes next. */
export const piecesOf = (texts: readonly string[]): Parts => [
  ...texts.slice(0, -1).map((piece) => ({ piece })),
  ...texts.slice(-1),
]
