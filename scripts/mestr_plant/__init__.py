"""Micro-expressions of known kind, size and time, planted into real footage, and what mestr finds of
them: for scripts/plant.py and scripts/real_tables.py. footage.py reads and writes videos,
landmarks.py follows the face, face_motion.py says what it did, score.py counts hits and alarms."""
