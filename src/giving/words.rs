//! What pages say that are not the book: a form, a reader's own page, why there is nothing. In the languages that the book's own words have.

use crate::language::{is_traditional, primary};

/// Writes the fields once: the struct, and how a row of the table fills it.
macro_rules! words {
    ($($(#[doc = $doc:literal])* $word:ident,)*) => {
        /// Words of pages.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct PageWords {
            $($(#[doc = $doc])* pub $word: &'static str,)*
        }

        impl PageWords {
            fn of([$($word),*]: [&'static str; COUNT]) -> PageWords {
                PageWords { $($word),* }
            }
        }
    };
}

/// Words in a row.
const COUNT: usize = 14;

words! {
    /// Heading of the form.
    your_copy,
    /// Before the field for the name.
    your_name,
    /// Before the choice of where the reader stands.
    present_stage,
    /// Of what may be left out.
    optional,
    /// On a button or link, with the format in place of `{}`.
    download,
    /// What a PDF is good for.
    for_paper,
    /// What an EPUB is good for.
    for_screens,
    /// Before the addresses of catalogues.
    reading_app,
    /// On a reader's own page.
    yours_alone,
    /// The name is missing.
    no_name,
    /// Something that was sent cannot be taken.
    not_taken,
    /// There is nothing at this address.
    nothing_here,
    /// This address was taken back.
    gone,
    /// Too much is asked at once.
    busy,
}

impl PageWords {
    /// What a format is good for.
    pub fn good_for(&self, ending: &str) -> &'static str {
        if ending == "pdf" { self.for_paper } else { self.for_screens }
    }

    /// Those of a language, by its BCP 47 tag; English for one without.
    pub fn in_language(language: &str) -> PageWords {
        let row = match primary(language).as_str() {
            "nn" | "no" => "nb",
            "iw" => "he",
            "mo" => "ro",
            "prs" => "fa",
            "zh" | "cmn" | "yue" if is_traditional(language) => "zh-hant",
            "zh" | "cmn" | "yue" => "zh-hans",
            other => return PageWords::row(other).or_else(|| PageWords::row("en")).unwrap_or_else(|| PageWords::of([""; COUNT])),
        };
        PageWords::row(row).unwrap_or_else(|| PageWords::of([""; COUNT]))
    }

    fn row(language: &str) -> Option<PageWords> {
        ROWS.iter().find(|(name, _)| *name == language).map(|(_, row)| PageWords::of(*row))
    }
}

/// A row a language.
#[rustfmt::skip]
const ROWS: [(&str, [&str; COUNT]); 26] = [
    ("ar", ["نسختك", "اسمك", "مرحلتك الحالية", "اختياري", "تنزيل {}", "للطباعة ولكل شاشة", "لتطبيقات القراءة والهواتف", "أضِف الكتاب إلى تطبيق القراءة", "هذا العنوان لك وحدك. لا تعطه لأحد.", "اكتب اسمك من فضلك.", "تعذّر قبول ما أُرسل:", "لا يوجد شيء هنا.", "لم يعد هذا العنوان صالحًا.", "الطلبات كثيرة الآن. حاول مرة أخرى بعد قليل."]),
    ("cs", ["Váš výtisk", "Vaše jméno", "Kde jste nyní", "nepovinné", "Stáhnout {}", "k tisku a na každou obrazovku", "pro čtečky a telefony", "Přidat do čtecí aplikace", "Tato adresa patří jen vám. Nikomu ji nedávejte.", "Napište prosím své jméno.", "Co bylo odesláno, nelze přijmout:", "Tady nic není.", "Tato adresa už neplatí.", "Právě teď je příliš mnoho požadavků. Zkuste to prosím za chvíli."]),
    ("da", ["Dit eksemplar", "Dit navn", "Hvor du er nu", "valgfrit", "Hent {}", "til print og alle skærme", "til læseapps og telefoner", "Føj til din læseapp", "Denne adresse er kun din. Giv den ikke videre.", "Skriv dit navn.", "Det indsendte kan ikke bruges:", "Her er ikke noget.", "Denne adresse gælder ikke længere.", "Mange spørger på én gang. Prøv igen om lidt."]),
    ("de", ["Ihr Exemplar", "Ihr Name", "Wo Sie jetzt stehen", "freiwillig", "{} herunterladen", "zum Drucken und für jeden Bildschirm", "für Lese-Apps und Telefone", "In eine Lese-App aufnehmen", "Diese Adresse gehört Ihnen allein. Bitte geben Sie sie nicht weiter.", "Bitte geben Sie Ihren Namen an.", "Das Gesendete kann nicht angenommen werden:", "Hier ist nichts.", "Diese Adresse gilt nicht mehr.", "Gerade fragen viele zugleich. Bitte versuchen Sie es gleich noch einmal."]),
    ("el", ["Το αντίτυπό σας", "Το όνομά σας", "Πού βρίσκεστε τώρα", "προαιρετικό", "Λήψη {}", "για εκτύπωση και κάθε οθόνη", "για εφαρμογές ανάγνωσης και τηλέφωνα", "Προσθήκη στην εφαρμογή ανάγνωσης", "Αυτή η διεύθυνση είναι μόνο δική σας. Μην τη δώσετε σε άλλον.", "Γράψτε το όνομά σας.", "Όσα στάλθηκαν δεν μπορούν να γίνουν δεκτά:", "Δεν υπάρχει τίποτα εδώ.", "Αυτή η διεύθυνση δεν ισχύει πια.", "Πολλοί ζητούν ταυτόχρονα. Δοκιμάστε ξανά σε λίγο."]),
    ("en", ["Your copy", "Your name", "Where you are now", "optional", "Download {}", "for print and any screen", "for reading apps and phones", "Add it to a reading app", "This address is yours alone. Please do not pass it on.", "Please give your name.", "What was sent cannot be taken:", "There is nothing here.", "This address is no longer valid.", "Many are asking at once. Please try again in a moment."]),
    ("es", ["Su ejemplar", "Su nombre", "Dónde está ahora", "opcional", "Descargar {}", "para imprimir y para cualquier pantalla", "para aplicaciones de lectura y teléfonos", "Añadir a una aplicación de lectura", "Esta dirección es solo suya. No la comparta.", "Escriba su nombre.", "No se puede aceptar lo enviado:", "Aquí no hay nada.", "Esta dirección ya no es válida.", "Hay muchas peticiones a la vez. Inténtelo de nuevo en un momento."]),
    ("fa", ["نسخهٔ شما", "نام شما", "جایگاه کنونی شما", "اختیاری", "دریافت {}", "برای چاپ و هر صفحهٔ نمایش", "برای برنامه‌های کتاب‌خوان و تلفن", "افزودن به برنامهٔ کتاب‌خوان", "این نشانی تنها از آن شماست. آن را به کسی ندهید.", "لطفاً نام خود را بنویسید.", "آنچه فرستاده شد پذیرفتنی نیست:", "اینجا چیزی نیست.", "این نشانی دیگر معتبر نیست.", "درخواست‌ها اکنون زیاد است. کمی بعد دوباره بکوشید."]),
    ("fi", ["Oma kappaleesi", "Nimesi", "Missä olet nyt", "valinnainen", "Lataa {}", "tulostukseen ja kaikille näytöille", "lukusovelluksiin ja puhelimiin", "Lisää lukusovellukseen", "Tämä osoite on vain sinun. Älä anna sitä eteenpäin.", "Kirjoita nimesi.", "Lähetettyä ei voi hyväksyä:", "Täällä ei ole mitään.", "Tämä osoite ei ole enää voimassa.", "Pyyntöjä on juuri nyt paljon. Yritä hetken päästä uudelleen."]),
    ("fr", ["Votre exemplaire", "Votre nom", "Où vous en êtes", "facultatif", "Télécharger le {}", "pour l’impression et tous les écrans", "pour les applications de lecture et les téléphones", "Ajouter à une application de lecture", "Cette adresse n’est qu’à vous. Ne la transmettez pas.", "Indiquez votre nom.", "Ce qui a été envoyé ne peut être accepté :", "Il n’y a rien ici.", "Cette adresse n’est plus valable.", "Beaucoup de demandes arrivent à la fois. Réessayez dans un instant."]),
    ("he", ["העותק שלך", "השם שלך", "איפה את או אתה עכשיו", "רשות", "הורדת {}", "להדפסה ולכל מסך", "ליישומי קריאה ולטלפונים", "הוספה ליישום קריאה", "הכתובת הזאת שלך בלבד. נא לא להעביר אותה הלאה.", "נא לכתוב את השם.", "לא ניתן לקבל את מה שנשלח:", "אין כאן דבר.", "הכתובת הזאת אינה תקפה עוד.", "יש כרגע בקשות רבות. נא לנסות שוב בעוד רגע."]),
    ("hu", ["Az Ön példánya", "Az Ön neve", "Hol tart most", "nem kötelező", "{} letöltése", "nyomtatásra és bármely képernyőre", "olvasóalkalmazásokhoz és telefonokra", "Felvétel olvasóalkalmazásba", "Ez a cím csak az Öné. Kérjük, ne adja tovább.", "Kérjük, adja meg a nevét.", "Az elküldött adat nem fogadható el:", "Itt nincs semmi.", "Ez a cím már nem érvényes.", "Most sokan kérnek egyszerre. Próbálja újra egy kicsit később."]),
    ("it", ["La tua copia", "Il tuo nome", "Dove sei ora", "facoltativo", "Scarica {}", "per la stampa e ogni schermo", "per app di lettura e telefoni", "Aggiungi a un’app di lettura", "Questo indirizzo è solo tuo. Non darlo ad altri.", "Scrivi il tuo nome.", "Quanto inviato non può essere accettato:", "Qui non c’è nulla.", "Questo indirizzo non è più valido.", "Ci sono molte richieste insieme. Riprova tra poco."]),
    ("ja", ["あなたの一冊", "お名前", "現在の段階", "任意", "{} をダウンロード", "印刷とあらゆる画面に", "読書アプリと携帯電話に", "読書アプリに追加する", "このアドレスはあなただけのものです。ほかの人に渡さないでください。", "お名前を入力してください。", "送信された内容を受け付けられません：", "ここには何もありません。", "このアドレスはもう使えません。", "ただいま混み合っています。しばらくしてからもう一度お試しください。"]),
    ("ko", ["나만의 한 권", "이름", "현재 단계", "선택 사항", "{} 내려받기", "인쇄와 모든 화면에", "독서 앱과 휴대전화에", "독서 앱에 추가하기", "이 주소는 본인만의 것입니다. 다른 사람에게 전하지 마세요.", "이름을 적어 주세요.", "보낸 내용을 받을 수 없습니다:", "여기에는 아무것도 없습니다.", "이 주소는 더 이상 유효하지 않습니다.", "지금 요청이 많습니다. 잠시 후 다시 시도해 주세요."]),
    ("nb", ["Ditt eksemplar", "Navnet ditt", "Hvor du er nå", "valgfritt", "Last ned {}", "til utskrift og alle skjermer", "til leseapper og telefoner", "Legg til i en leseapp", "Denne adressen er bare din. Ikke gi den videre.", "Skriv navnet ditt.", "Det som ble sendt, kan ikke tas imot:", "Her er det ingenting.", "Denne adressen gjelder ikke lenger.", "Mange spør samtidig. Prøv igjen om litt."]),
    ("nl", ["Uw exemplaar", "Uw naam", "Waar u nu bent", "niet verplicht", "{} downloaden", "om te printen en voor elk scherm", "voor leesapps en telefoons", "Aan een leesapp toevoegen", "Dit adres is alleen van u. Geef het niet door.", "Vul uw naam in.", "Wat is verstuurd, kan niet worden aangenomen:", "Hier is niets.", "Dit adres is niet meer geldig.", "Er komen veel vragen tegelijk. Probeer het zo nog eens."]),
    ("pl", ["Twój egzemplarz", "Twoje imię i nazwisko", "Gdzie jesteś teraz", "nieobowiązkowe", "Pobierz {}", "do druku i na każdy ekran", "do aplikacji do czytania i telefonów", "Dodaj do aplikacji do czytania", "Ten adres jest tylko twój. Nie przekazuj go nikomu.", "Podaj imię i nazwisko.", "Nie można przyjąć tego, co wysłano:", "Tu nic nie ma.", "Ten adres już nie działa.", "Wiele osób pyta naraz. Spróbuj ponownie za chwilę."]),
    ("pt", ["O seu exemplar", "O seu nome", "Onde está agora", "opcional", "Transferir {}", "para imprimir e para qualquer ecrã", "para aplicações de leitura e telefones", "Juntar a uma aplicação de leitura", "Este endereço é só seu. Não o passe a ninguém.", "Escreva o seu nome.", "O que foi enviado não pode ser aceite:", "Não há nada aqui.", "Este endereço já não é válido.", "Há muitos pedidos ao mesmo tempo. Tente de novo daqui a pouco."]),
    ("ro", ["Exemplarul dumneavoastră", "Numele dumneavoastră", "Unde vă aflați acum", "opțional", "Descarcă {}", "pentru tipar și orice ecran", "pentru aplicații de citit și telefoane", "Adaugă într-o aplicație de citit", "Această adresă este numai a dumneavoastră. Nu o dați mai departe.", "Scrieți-vă numele.", "Ce s-a trimis nu poate fi primit:", "Aici nu este nimic.", "Această adresă nu mai este valabilă.", "Sunt multe cereri deodată. Încercați din nou peste puțin timp."]),
    ("ru", ["Ваш экземпляр", "Ваше имя", "Где вы сейчас", "необязательно", "Скачать {}", "для печати и любого экрана", "для программ чтения и телефонов", "Добавить в программу чтения", "Этот адрес только ваш. Не передавайте его никому.", "Укажите своё имя.", "Отправленное нельзя принять:", "Здесь ничего нет.", "Этот адрес больше не действует.", "Сейчас слишком много запросов. Попробуйте ещё раз чуть позже."]),
    ("sv", ["Ditt exemplar", "Ditt namn", "Var du är nu", "frivilligt", "Hämta {}", "för utskrift och alla skärmar", "för läsappar och telefoner", "Lägg till i en läsapp", "Den här adressen är bara din. Ge den inte vidare.", "Skriv ditt namn.", "Det som skickades kan inte tas emot:", "Här finns ingenting.", "Den här adressen gäller inte längre.", "Många frågar på en gång. Försök igen om en stund."]),
    ("tr", ["Size özel nüsha", "Adınız", "Şu anki aşamanız", "isteğe bağlı", "{} indir", "baskı ve her ekran için", "okuma uygulamaları ve telefonlar için", "Okuma uygulamasına ekle", "Bu adres yalnızca sizindir. Lütfen kimseye vermeyin.", "Lütfen adınızı yazın.", "Gönderilen kabul edilemiyor:", "Burada bir şey yok.", "Bu adres artık geçerli değil.", "Şu anda çok istek var. Lütfen biraz sonra yeniden deneyin."]),
    ("uk", ["Ваш примірник", "Ваше ім’я", "Де ви зараз", "необов’язково", "Завантажити {}", "для друку й будь-якого екрана", "для програм читання й телефонів", "Додати до програми читання", "Ця адреса лише ваша. Не передавайте її нікому.", "Укажіть своє ім’я.", "Надіслане не можна прийняти:", "Тут нічого немає.", "Ця адреса більше не діє.", "Зараз забагато запитів. Спробуйте ще раз трохи згодом."]),
    ("zh-hans", ["您的专属一册", "您的姓名", "您目前的阶段", "可不填", "下载 {}", "适合打印和任何屏幕", "适合阅读应用和手机", "添加到阅读应用", "此地址只属于您，请勿转给他人。", "请填写您的姓名。", "无法接受所提交的内容：", "这里什么也没有。", "此地址已失效。", "当前请求过多，请稍后再试。"]),
    ("zh-hant", ["您的專屬一冊", "您的姓名", "您目前的階段", "可不填", "下載 {}", "適合列印和任何螢幕", "適合閱讀應用程式和手機", "加入閱讀應用程式", "此網址只屬於您，請勿轉給他人。", "請填寫您的姓名。", "無法接受所提交的內容：", "這裡什麼也沒有。", "此網址已失效。", "目前請求過多，請稍後再試。"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::has_words;

    #[test]
    fn pages_speak_every_language_that_the_books_do() {
        let tags = "en en-GB de de-AT es fr it nl pl pt-BR sv zh-Hans zh-TW yue ja ko ar ar-MA fa prs he iw ru uk cs da nb nn no fi tr el hu ro mo";
        for tag in tags.split(' ') {
            assert!(has_words(tag), "{tag}");
            let words = PageWords::in_language(tag);
            assert_eq!(words == PageWords::in_language("en"), primary(tag) == "en", "{tag}");
            assert!(words.download.contains("{}"), "{tag}");
        }
        assert!(ROWS.iter().all(|(_, row)| row.iter().all(|word| !word.trim().is_empty())));
        assert_eq!(PageWords::in_language("eu"), PageWords::in_language("en"));
    }
}
