"""Names of people who do not exist."""

FIRST_NAMES = ("Ada", "Bruno", "Cleo", "Dario", "Edda", "Finn", "Greta", "Hamid", "Ines", "Jonte",
               "Kira", "Luan", "Mina", "Nils", "Oona", "Pavel", "Quinn", "Rosa", "Søren", "Thea")
LAST_NAMES = ("Quill", "Anvil", "Birch", "Copper", "Dune", "Ember", "Flint", "Grove", "Heron",
              "Iverna", "Juniper", "Kestrel", "Łupina", "Moss", "Nettle", "Otter")
