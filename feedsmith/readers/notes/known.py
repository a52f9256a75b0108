"""What people and programs call the fields of a note, as `fields.key_of` folds the names."""

from __future__ import annotations

TITLE = ("fulltitle", "title", "headline")
SUBTITLE = ("subtitle", "deck", "dek", "standfirst", "tagline")
DESCRIPTION = ("description", "excerpt", "lead")
SUMMARY = ("summary", "abstract")
AUTHORS = ("author", "authors", "byline", "by", "creator", "writer")
ADDRESSES = ("source", "url", "originalurl", "sourceurl", "urlsource", "link", "canonicalurl",
             "canonical", "originalsource", "website", "permalink", "uri")  # fmt: skip
PUBLISHED = ("published", "datepublished", "publisheddate", "publishdate", "publishedat",
             "publicationdate", "pubdate", "publishedon", "publishedtime", "datepub", "issued",
             "posted")  # fmt: skip
DATE = ("date", "day")
UPDATED = ("updated", "lastmod", "modified", "datemodified", "lastmodified", "lastmodifiedat",
           "updatedat", "modifieddate", "dateupdated")  # fmt: skip
# When the note was made, which for something clipped says nothing of the article.
SAVED = ("clipped", "saved", "datesaved", "savedat", "saveddate", "added", "dateadded", "captured",
         "retrieved", "accessed", "dateclipped", "created", "createdat", "datecreated",
         "createdtime", "creationdate")  # fmt: skip
SITE = ("sitename", "site", "publication", "publisher", "website")
LANGUAGE = ("language", "lang")
IMAGES = ("image", "cover", "thumbnail", "banner", "featuredimage", "featureimage", "ogimage",
          "coverimage", "heroimage", "imageurl", "hero", "header", "preview")  # fmt: skip
TAGS = ("tags", "tag", "keywords", "keyword", "documenttags", "labels", "topics", "categories",
        "category", "taxonomies")  # fmt: skip
KNOWN = frozenset(
    (*TITLE, *SUBTITLE, *DESCRIPTION, *SUMMARY, *AUTHORS, *ADDRESSES, *PUBLISHED, *DATE,
     *UPDATED, *SAVED, *SITE, *LANGUAGE, *IMAGES, *TAGS, "slug", "status", "draft", "layout")
)  # fmt: skip
