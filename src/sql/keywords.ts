// The reserved keywords of SQLite.

/**
 * Keywords that can never be an identifier without quotes, in upper case. All other keywords (KEY, END, ACTION, TEMP …) are
 * identifiers wherever the grammar has no use for them, so that a column may be named `key`.
 */
export const RESERVED_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE ' +
    'DELETE DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ' +
    'ISNULL JOIN LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO ' +
    'TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE'
  ).split(' '),
)
