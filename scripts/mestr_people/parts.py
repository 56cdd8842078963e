"""What is taken of MakeHuman's base mesh and its targets, by their names there."""

# Parts in the order of people_model.h's enum Part.
PARTS = {
    "body": 0,
    "helper-l-eye": 1,
    "helper-r-eye": 2,
    "helper-l-eyelashes-1": 3,
    "helper-l-eyelashes-2": 3,
    "helper-r-eyelashes-1": 3,
    "helper-r-eyelashes-2": 3,
    "helper-upper-teeth": 4,
    "helper-lower-teeth": 4,
    "helper-tongue": 5,
}

# The identity's axes: the target of that name, or half of "+" minus "-".
AXES = {
    "head": [
        "head-age:decr:incr",
        "head-fat:decr:incr",
        "head-oval",
        "head-round",
        "head-square",
        "head-triangular",
        "head-invertedtriangular",
        "head-diamond",
    ],
    "nose": [
        "nose-base:down:up",
        "nose-curve:concave:convex",
        "nose-hump:decr:incr",
        "nose-nostrils-width:decr:incr",
        "nose-point:down:up",
        "nose-point-width:decr:incr",
        "nose-scale-depth:decr:incr",
        "nose-scale-horiz:decr:incr",
        "nose-scale-vert:decr:incr",
        "nose-volume:decr:incr",
        "nose-width1:decr:incr",
        "nose-width2:decr:incr",
    ],
    "eyes": [
        "eye-bag:decr:incr",
        "eye-corner1:down:up",
        "eye-corner2:down:up",
        "eye-epicanthus:out:in",
        "eye-eyefold:down:up",
        "eye-height2:decr:incr",
        "eye-push1:in:out",
        "eye-scale:decr:incr",
        "eye-trans:in:out",
    ],
    "mouth": [
        "mouth-angles:down:up",
        "mouth-cupidsbow:decr:incr",
        "mouth-laugh-lines:out:in",
        "mouth-lowerlip-volume:decr:incr",
        "mouth-scale-horiz:decr:incr",
        "mouth-trans:down:up",
        "mouth-upperlip-volume:decr:incr",
    ],
    "chin": [
        "chin-cleft:decr:incr",
        "chin-height:decr:incr",
        "chin-prominent:decr:incr",
        "chin-width:decr:incr",
    ],
    "cheek": ["cheek-bones:decr:incr", "cheek-volume:decr:incr"],
    "forehead": ["forehead-nubian:decr:incr", "forehead-temple:decr:incr"],
    "eyebrows": ["eyebrows-angle:down:up", "eyebrows-trans:down:up"],
    "ears": ["ear-scale:decr:incr", "ear-wing:decr:incr"],
}

# How much of the head's turn a bone of the neck takes; the head's own bones take all of it.
NECK = {"neck03": 0.75, "neck02": 0.45, "neck01": 0.15}
TORSO = ("spine", "clavicle", "shoulder", "upperarm", "breast", "lowerarm")
