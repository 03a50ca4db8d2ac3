/** What the refusals of Quotes say to people, by their codes; in small letters its checks and the faults of single fields. A test compares them with the app's. */
export const quoteProblems = {
  en: {
    CLIENT_UNKNOWN: 'There is no such client in this organisation.',
    QUOTE_UNKNOWN: 'There is no such quote in this organisation.',
    QUOTE_STATE: 'The quote has moved on meanwhile, and its state does not allow this. Look at it again.',
    QUOTE_CHANGED: 'Somebody else has changed this quote meanwhile. Look at it again.',
    CLIENT_WITHOUT_EMAIL: 'The client has no e-mail address to send the quote to. Add one to the client first.',
    SELLER_UNCONFIGURED:
      'Nobody has said yet who sends quotes here: the name and the address stand behind Seller, above the list of quotes. Whoever runs the server sets where e-mails come from.',
    CLIENT_ANONYMISED: 'The data of this client was erased. Add the client anew.',
    VALIDITY_PAST: 'The quote would be over before it is sent. Give it a longer validity.',
    QUOTE_UNDELIVERABLE: 'The quote could not be mailed and is a draft again. Check the address, then send it again.',
    MAIL_REFUSED: 'The message cannot be sent to this address. Correct it.',
    'quotes.sendings': 'sending of quotes',
    'one-line': 'this holds characters that cannot be printed',
    figure: 'this figure is not possible here',
    'line-large': 'quantity times price is more than 10,000,000,000.00: split the line',
  },
  fr: {
    CLIENT_UNKNOWN: 'Ce client n’est pas dans l’organisation.',
    QUOTE_UNKNOWN: 'Ce devis n’est pas dans l’organisation.',
    QUOTE_STATE: 'Le devis a avancé entre-temps, et son état ne le permet plus. Regardez-le à nouveau.',
    QUOTE_CHANGED: 'Quelqu’un d’autre a modifié ce devis entre-temps. Regardez-le à nouveau.',
    CLIENT_WITHOUT_EMAIL: 'Ce client n’a pas d’adresse e-mail où envoyer le devis. Ajoutez-la d’abord au client.',
    SELLER_UNCONFIGURED:
      'Il n’est pas encore dit qui envoie les devis ici : le nom et l’adresse se donnent sous Vendeur, au-dessus de la liste des devis. D’où partent les e-mails se règle sur le serveur.',
    CLIENT_ANONYMISED: 'Les données de ce client ont été effacées. Ajoutez-le à nouveau.',
    VALIDITY_PAST: 'Le devis serait périmé avant d’être envoyé. Donnez-lui une validité plus longue.',
    QUOTE_UNDELIVERABLE:
      'Le devis n’a pas pu partir et redevient un brouillon. Vérifiez l’adresse, puis envoyez-le à nouveau.',
    MAIL_REFUSED: 'Le message ne peut pas partir à cette adresse. Corrigez-la.',
    'quotes.sendings': 'envoi des devis',
    'one-line': 'des caractères ne s’impriment pas',
    figure: 'ce chiffre n’est pas possible ici',
    'line-large': 'quantité fois prix dépasse 10 000 000 000,00 : partagez la ligne',
  },
} as const
