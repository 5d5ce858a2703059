// Reads catalogues as a reading app of the Readium family does, with r2-opds-js, and prints as JSON what it found in each.
//
// usage: node opds.js FILE…
const fs = require("fs");
const path = require("path");
const { DOMParser } = require("@xmldom/xmldom");
const of = (name, part) => require(path.join(name, "dist/es8-es2017/src", part));

const { OPDS } = of("r2-opds-js", "opds/opds1/opds");
const { OPDSFeed } = of("r2-opds-js", "opds/opds2/opds2");
const { convertOpds1ToOpds2 } = of("r2-opds-js", "opds/converter");
const { TaJsonDeserialize } = of("r2-lcp-js", "serializable");
const { XML } = of("r2-utils-js", "_utils/xml-js-mapper");
of("r2-opds-js", "opds/init-globals").initGlobalConverters_OPDS();
of("r2-shared-js", "init-globals").initGlobalConverters_GENERIC();

const found = {};
for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, "utf8");
  const atom = () => convertOpds1ToOpds2(XML.deserialize(new DOMParser().parseFromString(text, "application/xml"), OPDS));
  const feed = file.endsWith(".json") ? TaJsonDeserialize(JSON.parse(text), OPDSFeed) : atom();
  const books = feed.Publications;
  found[file] = {
    titles: books.map((book) => book.Metadata.Title),
    language: books.flatMap((book) => book.Metadata.Language),
    files: books.flatMap((book) => book.Links.filter((link) => link.Rel.some((rel) => rel.includes("acquisition"))).map((link) => link.Href)),
    pictures: books.flatMap((book) => book.Images.map((link) => link.Href)),
    self: feed.Links.find((link) => link.Rel.includes("self")).Href,
  };
}
console.log(JSON.stringify(found));
