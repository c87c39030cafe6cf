// A copy that joins tables, or asks whether there is a row in another one: rows without such a partner are made, and are seen to go.
import { describe, expect, it } from 'vitest'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

describe('rows whose partner is only there for some', () => {
  const conversations = (kind: string): string =>
    `CREATE TABLE conv (id TEXT PRIMARY KEY, kind TEXT NOT NULL ${kind});
CREATE TABLE mails (id TEXT PRIMARY KEY, conv TEXT NOT NULL REFERENCES conv (id));
CREATE TABLE parts (id INTEGER PRIMARY KEY, mail TEXT NOT NULL REFERENCES mails (id), path TEXT)`
  const profiles = `CREATE TABLE profiles (conv TEXT PRIMARY KEY REFERENCES conv (id));
INSERT INTO profiles SELECT id FROM conv WHERE kind = 'private'`
  const partsBy = (rest: string): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, mail TEXT NOT NULL REFERENCES mails (id), path TEXT);
INSERT INTO n SELECT parts.id, mail, path FROM parts ${rest}; DROP TABLE parts; ALTER TABLE n RENAME TO parts`
  const partners = [
    'JOIN mails ON mails.id = mail JOIN profiles ON profiles.conv = mails.conv',
    ', mails m, profiles p WHERE m.id = mail AND p.conv = m.conv',
    'WHERE mail IN (SELECT id FROM mails WHERE conv IN (SELECT conv FROM profiles))',
    'WHERE EXISTS (SELECT 1 FROM mails JOIN profiles USING (conv) WHERE mails.id = mail)',
  ]

  testSome(
    ["CHECK (kind IN ('private', 'group'))", "CHECK (kind <> '')", ''].flatMap((kind) =>
      partners.map((rest) => [kind, rest] as const),
    ),
  )('are lost: %s, %s', async (kind, rest) => {
    const facts = await factsOf([conversations(kind), profiles, partsBy(rest)])
    expect(facts).toMatchObject([{ kind: 'rows-lost', table: 'parts' }])
  })

  it('are lost where their number is the key of the partner', async () => {
    const mails = `CREATE TABLE n (id TEXT PRIMARY KEY, conv TEXT NOT NULL REFERENCES conv (id));
INSERT INTO n SELECT mails.id, mails.conv FROM mails JOIN profiles ON profiles.conv = mails.conv; DROP TABLE mails; ALTER TABLE n RENAME TO mails`
    const steps = [conversations("CHECK (kind IN ('private', 'group'))"), profiles]
    expect(await factsOf([...steps, 'DROP TABLE parts', mails])).toMatchObject([
      { kind: 'rows-lost', table: 'mails' },
    ])
  })

  testSome([
    'LEFT JOIN mails ON mails.id = mail LEFT JOIN profiles ON profiles.conv = mails.conv',
    'WHERE mail IN (SELECT mails.id FROM mails JOIN conv ON conv.id = mails.conv)',
  ])('and not where each row has one: %s', async (rest) => {
    expect(await factsOf([conversations(''), profiles, partsBy(rest)])).toEqual([])
  })
})
