// Lists where SQLite's grammar uses a word that may also be a name: next to which other words. Data only.

/** Words that are keywords next to a certain token. */
export type KeywordPlaces = ReadonlyMap<string, ReadonlySet<string>>

const places = (table: Readonly<Record<string, string>>): KeywordPlaces =>
  new Map(Object.entries(table).map(([beside, words]) => [beside, new Set(words.split(' '))]))

const CONFLICTS = 'ABORT FAIL IGNORE REPLACE ROLLBACK'

/** Keywords right after a token. */
export const AFTER: KeywordPlaces = places({
  ADD: 'COLUMN',
  ALTER: 'COLUMN',
  BEGIN: 'IMMEDIATE DEFERRED EXCLUSIVE REPLACE WITH',
  CONFLICT: `${CONFLICTS} DO`,
  CREATE: 'TEMP TEMPORARY VIEW TRIGGER VIRTUAL',
  CURRENT: 'ROW',
  DEFAULT: 'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP',
  DEFERRABLE: 'INITIALLY',
  DELETE: 'CASCADE RESTRICT NO',
  DROP: 'COLUMN VIEW TRIGGER',
  EACH: 'ROW',
  EXPLAIN: 'QUERY',
  FOR: 'EACH',
  FOREIGN: 'KEY',
  GENERATED: 'ALWAYS',
  GROUP: 'BY',
  INDEX: 'IF',
  INDEXED: 'BY',
  INITIALLY: 'DEFERRED IMMEDIATE',
  INSTEAD: 'OF',
  NO: 'ACTION OTHERS',
  NOT: 'LIKE GLOB REGEXP MATCH INDEXED MATERIALIZED',
  NULLS: 'FIRST LAST',
  ON: 'CONFLICT',
  ORDER: 'BY',
  PARTITION: 'BY',
  PRIMARY: 'KEY',
  QUERY: 'PLAN',
  RELEASE: 'SAVEPOINT',
  RENAME: 'COLUMN',
  TABLE: 'IF',
  TEMP: 'TRIGGER VIEW',
  TEMPORARY: 'TRIGGER VIEW',
  TRIGGER: 'IF',
  UNBOUNDED: 'PRECEDING FOLLOWING',
  UPDATE: 'CASCADE RESTRICT NO OF',
  VIEW: 'IF',
  WITHOUT: 'ROWID',
})

/** Keywords two tokens after a token: `INSERT OR IGNORE`, `RAISE(ABORT`, `LIMIT 1 OFFSET`. */
export const SOON_AFTER: KeywordPlaces = places({
  DEFAULT: 'CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP',
  INSERT: CONFLICTS,
  LIMIT: 'OFFSET',
  RAISE: CONFLICTS,
  UPDATE: CONFLICTS,
})

/** Keywords right before a token. */
export const BEFORE: KeywordPlaces = places({
  ALWAYS: 'GENERATED',
  '(': 'CAST RAISE OVER FILTER',
  BETWEEN: 'ROWS RANGE GROUPS',
  BY: 'PARTITION',
  COLUMN: 'RENAME',
  DELETE: 'AFTER BEFORE BEGIN',
  EACH: 'FOR',
  FOLLOWING: 'UNBOUNDED',
  INSERT: 'AFTER BEFORE BEGIN',
  INTO: 'REPLACE',
  JOIN: 'CROSS FULL INNER LEFT NATURAL OUTER RIGHT',
  LEFT: 'NATURAL',
  NOTHING: 'DO',
  OF: 'INSTEAD',
  OUTER: 'FULL LEFT RIGHT',
  PRECEDING: 'UNBOUNDED',
  REPLACE: 'BEGIN',
  RIGHT: 'NATURAL',
  ROW: 'CURRENT',
  ROWID: 'WITHOUT',
  SELECT: 'BEGIN',
  TO: 'RENAME',
  UPDATE: 'AFTER BEFORE BEGIN DO',
  WITH: 'BEGIN',
})

/** A name must follow these, whatever it looks like. */
export const NAMING: ReadonlySet<string> = new Set(
  '. AS COLUMN EXISTS INDEX INTO TABLE TO TRIGGER VIEW'.split(' '),
)

/** Keywords at the start of a statement. */
export const STARTING: ReadonlySet<string> = new Set(
  'ANALYZE ATTACH BEGIN DETACH END EXPLAIN PRAGMA REINDEX RELEASE REPLACE ROLLBACK SAVEPOINT VACUUM WITH'.split(
    ' ',
  ),
)
