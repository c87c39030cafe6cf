// Schemas with everything that SQLite's grammar has for them, in as many spellings as people have. Data only.

/** A script for each construct. */
export const constructs: Readonly<Record<string, string>> = {
  'types, keys and defaults': `
    create table if not exists main.a (id integer primary key autoincrement not null, b varchar(10) default 'it''s', c decimal(10,2) default -1.5,
      d double precision default +2, e default (1+2*3), f text default current_timestamp, g blob default x'00ff', h int default null, i boolean default true,
      j unsigned big int, k default "text", l)`,
  'constraints with and without names': `
    CREATE TABLE a (id INT CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT REPLACE, b TEXT NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT FAIL,
      CONSTRAINT positive CHECK (id > 0 AND b NOT LIKE 'x%' ESCAPE '\\'), UNIQUE (id, b COLLATE NOCASE DESC), CHECK (b IN ('a', 'b') OR (b IS NOT NULL AND length(b) BETWEEN 1 AND 9)))`,
  'foreign keys': `
    CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
    CREATE TABLE c (x INTEGER, y INTEGER, z REFERENCES p(a) ON UPDATE SET DEFAULT ON DELETE SET NULL MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE,
      FOREIGN KEY (x, y) REFERENCES p ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (x,y) REFERENCES p (a,b) ON DELETE NO ACTION ON UPDATE RESTRICT)`,
  'STRICT and WITHOUT ROWID': `
    CREATE TABLE a (k TEXT PRIMARY KEY, v ANY) strict, without rowid;
    CREATE TABLE b (k TEXT PRIMARY KEY COLLATE rtrim) WITHOUT ROWID`,
  'generated columns': `
    CREATE TABLE a (w REAL, h REAL, area REAL GENERATED ALWAYS AS (w*h) STORED NOT NULL, half AS (area/2), s TEXT AS (printf('%s;%s', w, h)) VIRTUAL UNIQUE)`,
  'partial and expression indexes': `
    CREATE TABLE a (b TEXT, c INT, d TEXT);
    CREATE INDEX i1 ON a (b COLLATE NOCASE ASC, c DESC) WHERE c IS NOT NULL AND d <> ';';
    CREATE UNIQUE INDEX IF NOT EXISTS main.i2 ON a (lower(b), coalesce(c, -1), d || 'x', json_extract(d, '$.a'), d ->> '$.b');
    CREATE INDEX i3 ON a (-c, (c + 1) * 2, ~c, NOT c, CASE WHEN c THEN b ELSE d END, CAST(b AS INTEGER))`,
  triggers: `
    CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT, c INT); CREATE TABLE log (what TEXT UNIQUE, n INT);
    CREATE TRIGGER t1 BEFORE INSERT ON a FOR EACH ROW WHEN new.b IS NULL OR new.c NOT BETWEEN 1 AND 2 BEGIN SELECT RAISE(ABORT, 'no; never'); END;
    CREATE TRIGGER t2 AFTER UPDATE OF b, c ON a BEGIN
      INSERT INTO log (what, n) VALUES (CASE WHEN new.b = 'END' THEN 'x;' ELSE CASE new.c WHEN 1 THEN 'y' END END, -1), ('z', 2) ON CONFLICT (what) DO UPDATE SET n = n + 1 WHERE n < 5;
      UPDATE a SET b = old.b, c = (SELECT max(c) FROM a WHERE id <> new.id) WHERE id = new.id; DELETE FROM log WHERE what IN (SELECT b FROM a);
      INSERT OR IGNORE INTO log SELECT b, c FROM a WHERE b IS DISTINCT FROM new.b ORDER BY c DESC LIMIT 3 OFFSET 1;
    END;
    CREATE TRIGGER t3 DELETE ON a BEGIN REPLACE INTO log VALUES ('x', 1); END;`,
  views: `
    CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT, c INT);
    CREATE VIEW v1 (x, y) AS SELECT b, sum(c) OVER (PARTITION BY b ORDER BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM a;
    CREATE VIEW v2 AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10), m AS MATERIALIZED (SELECT * FROM a) SELECT n.i, m.b FROM n LEFT OUTER JOIN m ON m.id = n.i NATURAL JOIN v1 CROSS JOIN a USING (id);
    CREATE VIEW v3 AS SELECT DISTINCT b || '-' || c AS label, count(*) FILTER (WHERE c > 0) total FROM a GROUP BY 1 HAVING total > 1 UNION SELECT 'x', 1 EXCEPT SELECT 'y', 2 ORDER BY 1 DESC NULLS LAST LIMIT 5;
    CREATE VIEW v4 AS SELECT j.value FROM a, json_each(a.b) AS j WHERE EXISTS (SELECT 1 FROM v3) AND a.b GLOB 'x*' AND (a.c, a.id) = (1, 2);
    CREATE TRIGGER v1_insert INSTEAD OF INSERT ON v1 BEGIN INSERT INTO a (b) VALUES (new.x); END`,
  'columns of views that are named by their text': `
    CREATE TABLE a (b TEXT, c INT);
    CREATE VIEW v AS SELECT c+1, count(*), c  *  2, null, 'x', 1, COALESCE( b,'' ), (SELECT max( c ) FROM a), b COLLATE nocase, a . b, a."c", [b], case when c then 1 end, c is distinct from 2, current_date FROM a;
    CREATE VIEW w AS SELECT "c+1", "c  *  2" FROM (SELECT c+1, c  *  2 FROM a) UNION SELECT c+1, c  *  2 FROM a`,
  'columns of views that are named by a comment as well':
    `
    CREATE TABLE a (b TEXT, c INT, "order" INT);
    CREATE VIEW v AS SELECT count(*) -- all of them
      , 1 /* one */, true -- yes
      , b || c /* both */ AS d, cast(b AS /* nothing */ ) FROM a;
    CREATE VIEW w AS SELECT 1 + 1 -- the last` +
    '\n' +
    `;
    CREATE VIEW x AS SELECT [order], a.b FROM a FULL JOIN a AS o USING ([order])`,
  'signs side by side': `
    CREATE TABLE a (b INT DEFAULT (- -1) CHECK (- - b > - (-1)), c INT AS (- -b) STORED);
    CREATE INDEX i ON a (- - b, - + - c) WHERE b <> - - 1;
    CREATE VIEW v AS SELECT b AS x FROM a WHERE b - -1 > c - - -2;
    CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = - -new.b, c = 1 - - 2; END`,
  'values that are names': `
    CREATE TABLE a (true INT, "false" TEXT, "current_date" TEXT);
    CREATE VIEW v AS SELECT a.true AS x, a."false" AS y, true AS z, a.current_date AS w FROM a;
    CREATE TRIGGER t AFTER INSERT ON a WHEN new.true OR new.false BEGIN SELECT new.current_date; END`,
  'virtual tables without their shadow tables': `
    CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
    CREATE VIRTUAL TABLE posts_fts USING FTS5(title, body UNINDEXED, content='posts', content_rowid = 'id', tokenize = "unicode61  remove_diacritics 2");
    CREATE VIRTUAL TABLE old_fts USING fts4 (body, tokenize=porter);
    CREATE VIRTUAL TABLE boxes USING rtree(id, minX, maxX, +label TEXT);
    CREATE TRIGGER posts_ai AFTER INSERT ON posts BEGIN INSERT INTO posts_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END;
    CREATE TRIGGER posts_ad AFTER DELETE ON posts BEGIN INSERT INTO posts_fts (posts_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END`,
  'odd names': `
    CREATE TABLE "order" ("group" TEXT, [a b] INT, \`c\`\`d\` TEXT, "say ""hi""" TEXT, "größe" REAL, "1st" INT, "end" TEXT, "key" TEXT, action TEXT, "desc" INT, "true" INT, "" TEXT, "a;b" TEXT, "x.y" TEXT,
      CHECK ("end" <> '' AND "true" = 1 AND "desc" BETWEEN 1 AND "1st"), PRIMARY KEY ("group", "end"));
    CREATE INDEX "select" ON "order" ("group" DESC, "a b", "desc" DESC, "end");
    CREATE VIEW "my ""view""" AS SELECT CASE WHEN "end" THEN "end" END AS "end", "desc" "desc", "order"."group" AS "left" FROM "order" ORDER BY "desc" DESC;
    CREATE TRIGGER "from" AFTER INSERT ON "order" BEGIN UPDATE "order" SET "end" = new."end", "a b" = 1 WHERE "desc" = new."desc"; END;
    CREATE TABLE "日本" ("名前" TEXT);
    CREATE TABLE x$y (_z INT)`,
  'keywords that are names without quotes': `
    CREATE TABLE row (key TEXT, action TEXT, offset INT, first INT, last INT, end TEXT, desc TEXT, filter TEXT, over TEXT, match TEXT, replace TEXT, "values" TEXT, type TEXT, date TEXT, plan TEXT, rows INT, PRIMARY KEY (key, end), CHECK (key <> action AND first < last));
    CREATE INDEX i ON row (offset, end, desc DESC, replace);
    CREATE VIEW view AS SELECT row.key, row.end, first AS last, rows FROM row WHERE first > 1 ORDER BY desc`,
  'a table made by a query': `
    CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(10,2));
    CREATE TABLE b AS SELECT id, name AS "the name", max(price), price * 2 AS twice, 'x' AS kind FROM a GROUP BY id`,
  'tables changed by ALTER TABLE': `
    CREATE TABLE a (id INTEGER PRIMARY KEY, -- the key
      b TEXT);
    CREATE TABLE c (a_id INTEGER REFERENCES a (id));
    ALTER TABLE a ADD COLUMN d TEXT NOT NULL DEFAULT 'x' /* new */;
    ALTER TABLE a RENAME COLUMN b TO "select";
    ALTER TABLE a RENAME TO aa;
    ALTER TABLE c ADD COLUMN e INT CHECK (e > 0)`,
  'lines that are too long': `
    CREATE TABLE a (id INTEGER PRIMARY KEY, some_rather_long_name TEXT NOT NULL DEFAULT '' CHECK (some_rather_long_name IN ('first value', 'second value', 'third value', 'fourth value') OR length(some_rather_long_name) > 100 AND id BETWEEN 1 AND 10));
    CREATE VIEW v AS SELECT a.id AS first_of_all, a.some_rather_long_name AS second_of_all, CASE WHEN a.id > 10 THEN 'a long text' WHEN a.id > 20 THEN 'another long text' ELSE 'the longest text of all of them' END AS third_of_all, (SELECT count(*) FROM a AS inner_a WHERE inner_a.some_rather_long_name = a.some_rather_long_name AND inner_a.id <> a.id) AS fourth FROM a WHERE a.id > 10 AND a.some_rather_long_name <> 'something that is long' AND a.id BETWEEN 20 AND 30 OR a.id = 5`,
}
