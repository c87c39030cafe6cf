// schema.sql: one style for every spelling, and loaded it makes what the migrations make.
import { describe, expect, test } from 'vitest'
import { finalCatalog } from '../../../../codegen/check/subject/catalog-history.js'
import { orderSchema } from '../../../../codegen/render/schema/order-schema.js'
import { renderSchemaSql } from '../../../../codegen/render/schema/schema-files.js'
import { sqlWords } from '../../../../codegen/render/schema/sql-words.js'
import { diffSchemas } from '../../../../src/schema/diff-schema.js'
import { constructs } from './constructs.js'
import { loadScript, proveScripts, type ProvenScripts } from './prove-scripts.js'
import { testSome } from '../../../support/some-of.js'

const render = ({ proof }: ProvenScripts): string =>
  renderSchemaSql(orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] }))

const rendered = (...scripts: string[]): string => render(proveScripts(...scripts)).trim()

testSome(Object.entries(constructs))('loaded again, it makes the same: %s', (_, script) => {
  const proven = proveScripts(script)
  const text = render(proven)
  const again = loadScript(text)
  expect(diffSchemas(proven.schema, again.schema)).toEqual([])
  expect(again.columns).toEqual(loadScript(script).columns)
  expect(render(proveScripts(text))).toBe(text)
})

describe('one style', () => {
  test('for tables', () => {
    expect(
      rendered(`create table "users"([id] integer primary key autoincrement, \`name\` varchar( 20 )  not null default "x" /* a comment */ , -- and another
        Age int check(Age>=0 and Age<-1+200), "order" text collate nocase references "users"("id") on delete set null deferrable initially deferred,
        twice int as(Age*2)stored, unique("name",Age))`),
    ).toMatchInlineSnapshot(`
      "CREATE TABLE users (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name VARCHAR(20) NOT NULL DEFAULT 'x',
        Age INT CHECK (Age >= 0 AND Age < -1 + 200),
        "order" TEXT COLLATE NOCASE REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
        twice INT AS (Age * 2) STORED,
        UNIQUE (name, Age)
      );"
    `)
  })

  test('but a type that looks like a list of another language stays one', () => {
    expect(
      rendered(
        'create table t (a varchar[10] not null, b text[], c integer [3], d [my type], e int[2][3])',
      ),
    ).toMatchInlineSnapshot(`
      "CREATE TABLE t (
        a VARCHAR[10] NOT NULL,
        b TEXT[],
        c INTEGER "3",
        d "my type",
        e INT[2][3]
      );"
    `)
  })

  test('for indexes, views and triggers', () => {
    expect(
      rendered(
        `create table posts(id integer primary key, title text, author int, deleted int);
        create unique index "by_title" on posts(lower( title ) desc,author)where deleted=0;
        create view latest as select p.id,count(*)as n from posts p left join posts q on q.author=p.author where p.deleted is null group by p.id having count(*)>1 order by n desc limit 10;
        create trigger touch after update of title on posts for each row when NEW.title<>Old.title begin
          update posts set title=case when new.title is null then '' else 'a;b' end where id=new.id; delete from posts where id in(select id from posts);
        end`,
      ),
    ).toMatchInlineSnapshot(`
      "CREATE TABLE posts (
        id INTEGER PRIMARY KEY,
        title TEXT,
        author INT,
        deleted INT
      );
      CREATE UNIQUE INDEX by_title ON posts (lower(title) DESC, author) WHERE deleted = 0;

      CREATE TRIGGER touch AFTER UPDATE OF title ON posts FOR EACH ROW
      WHEN new.title <> old.title
      BEGIN
        UPDATE posts
        SET title = CASE WHEN new.title IS NULL THEN '' ELSE 'a;b' END
        WHERE id = new.id;
        DELETE FROM posts
        WHERE id IN (SELECT id FROM posts);
      END;

      CREATE VIEW latest AS
      SELECT p.id, count(*) AS n
      FROM posts p
      LEFT JOIN posts q ON q.author = p.author
      WHERE p.deleted IS NULL
      GROUP BY p.id
      HAVING count(*) > 1
      ORDER BY n DESC
      LIMIT 10;"
    `)
  })

  test.each([
    `create table a (id integer primary key asc on conflict replace, b text collate nocase not null default current_timestamp, c as (id + 1) stored, d references a on update no action on delete set default not deferrable initially deferred, check (b not like 'x' escape 'y' and b is not null or b in (1, null) and b between 1 and 2), unique (b) on conflict ignore) strict, without rowid`,
    `create view v as with recursive n (i) as (select 1 union all select i + 1 from n where i < 10), m as not materialized (select * from n) select distinct i, case when i then 1 else 2 end as z, cast(i as text) as y, sum(i) filter (where i > 1) over (partition by i order by i desc nulls last rows between unbounded preceding and current row) as x, exists (select 1) as w from n left outer join m using (i) natural join o cross join p on i is not distinct from 1 where i isnull group by i having i glob 'x' except select 1, 2 order by i collate rtrim asc limit 1 offset 2`,
    'create trigger t instead of update of b, c on v for each row when new.b is null begin select raise(ignore); insert or replace into a (b) values (1) on conflict (b) do update set b = excluded.b; insert into a default values; replace into a select 1; delete from a where not exists (select 1); end',
    'create unique index i on a (b collate nocase desc, lower(c)) where b is not null',
  ])('has all keywords in capitals: %s', (sql) => {
    const words = sqlWords(sql).filter(({ kind }) => kind === 'name')
    const names = /^(?:[a-z]|id|new|excluded|stored|strict|lower|sum|ignore|integer|text)$/
    expect(words.map(({ text }) => text).filter((text) => !names.test(text))).toEqual([])
  })

  test('whatever the spelling of the history', () => {
    const one = rendered('CREATE TABLE a (id INTEGER PRIMARY KEY, "key" TEXT DEFAULT \'x\')')
    const two = rendered('create table [a](`id` integer primary key,key text default "x")')
    expect(two).toBe(one)
  })
})

describe('order', () => {
  const names = (text: string): string[] =>
    [...text.matchAll(/^CREATE (?:UNIQUE |VIRTUAL )?(\w+ \w+)/gm)].map(([, name]) => name!)

  test('parents stand before children, and everything on a table right after it', () => {
    const script = `
      CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent);
      CREATE VIEW outer_view AS SELECT * FROM "Inner_View";
      CREATE VIRTUAL TABLE words USING fts5(word);
      CREATE INDEX child_parent ON child (parent_id);
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE VIEW inner_view AS SELECT * FROM parent;
      CREATE TRIGGER parent_gone AFTER DELETE ON parent BEGIN DELETE FROM child; END;
    `
    expect(
      names(
        rendered(
          script.replace(/CREATE VIEW outer.*\n/, ''),
          /CREATE VIEW outer.*\n/.exec(script)![0],
        ),
      ),
    ).toEqual([
      'TABLE parent',
      'TRIGGER parent_gone',
      'TABLE child',
      'INDEX child_parent',
      'TABLE words',
      'VIEW inner_view',
      'VIEW outer_view',
    ])
  })

  test('a circle of foreign keys is opened at one place', () => {
    const script = `CREATE TABLE a (b REFERENCES b); CREATE TABLE b (a REFERENCES a, b REFERENCES b)`
    expect(names(rendered(script))).toEqual(['TABLE b', 'TABLE a'])
  })

  test('the ledger, ignored tables and what is on them are left out', () => {
    const { proof } = proveScripts(
      'CREATE TABLE cache_a (a); CREATE INDEX i ON cache_a (a); CREATE TABLE _migrations_log (a); CREATE TABLE kept (a)',
    )
    const ordered = orderSchema(finalCatalog(proof), {
      ledger: '_migrations',
      ignoreTables: ['cache_*'],
    })
    expect(names(renderSchemaSql(ordered))).toEqual(['TABLE kept'])
  })
})
