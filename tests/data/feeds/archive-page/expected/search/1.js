/* made by feedsmith: what its index page searches */
(globalThis.feedsmithSearch ??= []).push(
["articles/2024/ferry-1a2b3c4d.html", "Ferry &amp; barge: 5 > 3, a < b && <b>bold</b>", "Harbour Post (harbourpost.example)", "2 September 2024", "", "A winter without boats is over.", "en"],
["articles/2024/cdata-5feceb66.html", "The mark ]]> in a headline", "", "28 August 2024", "", "Some printers end a line with ]]> by mistake.", "en"]
);
