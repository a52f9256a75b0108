/* made by feedsmith: what its index page searches */
(globalThis.feedsmithSearch ??= []).push(
["articles/2024/ferry-1a2b3c4d.html", "Ferry &amp; barge: 5 > 3, a < b && <b>bold</b>", "Harbour Post (harbourpost.example)", "2 September 2024", "Coast & harbours, Ferries", "A winter without boats is over.", "en"],
["articles/2024/b730ed1f-4b227777.html", "ميناء صغير يُفتتح من جديد", "ميناء اليوم (mina.example)", "2 September 2024", "Coast & harbours", "عاد الميناء الصغير إلى العمل هذا الصباح.", "ar"],
["articles/2024/f2493795-4e074085.html", "מגדלור ישן נצבע מחדש", "migdalor.example", "30 August 2024", "Coast & harbours", "המגדלור נצבע בלבן.", "he-IL"],
["articles/2024/0022b129-ef2d127d.html", "灯塔重新点亮 🚢", "dengta.example", "29 August 2024", "Science <weekly>", "灯塔昨晚重新点亮。", "zh"],
["articles/2024/cdata-5feceb66.html", "The mark ]]> in a headline", "", "28 August 2024", "Science <weekly>", "Some printers end a line with ]]> by mistake.", "en"]
);
